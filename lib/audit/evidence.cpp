#include "audit/evidence.h"

#include <fmt/format.h>

#include <array>

#include "error/error.h"
#include "units/amount.h"

namespace assay::audit {
namespace {

struct AssumptionRow {
  std::string_view name;
  Dimension dimension;
  std::string_view unit;  ///< what a bare number is taken to be in, and an example
};

constexpr std::array kAssumptions{
    AssumptionRow{"price", Dimension::kMoneyPerGpuHour, "USD/gpu_h"},
    AssumptionRow{"mfu", Dimension::kRatio, "x"},
    AssumptionRow{"tokens", Dimension::kTokens, "token"},
};

// A bare number is in the row's unit; of tokens it may have a letter, as in 14.8T.
Measure measure_of(const std::string& value, const AssumptionRow& row) {
  if (row.dimension == Dimension::kTokens) return parse_amount(value, row.unit);
  const bool bare = value.find(' ') == std::string::npos;
  return parse_measure(bare ? fmt::format("{} {}", value, row.unit) : value);
}

std::string known() {
  std::string text;
  for (const AssumptionRow& row : kAssumptions) text += fmt::format(" {} ({})", row.name, row.unit);
  return text;
}

}  // namespace

std::pair<std::string, Measure> parse_assumption(const std::string& text) {
  const size_t equals = text.find('=');
  const std::string name = text.substr(0, equals);
  for (const AssumptionRow& row : kAssumptions) {
    if (row.name != name || equals == std::string::npos) continue;
    const std::string value = text.substr(equals + 1);
    try {
      const Measure measure = measure_of(value, row);
      if (name == "mfu" && measure.value > 1) {
        throw ConfigError(fmt::format(
            "[audit] --set {}: an MFU is a share of 1, as in mfu=0.4 or \"mfu=40 %\"", text));
      }
      if (measure.dimension == row.dimension && measure.value > 0) return {name, measure};
    } catch (const DataError& error) {
      throw ConfigError(fmt::format("[audit] --set {}: {}", text, error.what()));
    }
    throw ConfigError(
        fmt::format("[audit] --set {}: a value above zero in {} is needed", text, row.unit));
  }
  throw ConfigError(fmt::format("[audit] --set {}: unknown; known:{}", text, known()));
}

}  // namespace assay::audit
