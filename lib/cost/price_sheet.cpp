#include "cost/price_sheet.h"

#include <fmt/format.h>

#include "error/error.h"

namespace assay {
namespace {

const Measure& one_price_of(const Price& sheet) {
  const Measure& price = sheet.low.measure;
  if (price.value != sheet.high.measure.value) {
    throw ConfigError(
        fmt::format("[cost] the price sheet {} is a range: {} to {}: name one price of it",
                    sheet.id, price.text, sheet.high.measure.text));
  }
  return price;
}

}  // namespace

Sourced<HourlyPrice> rent_of_sheet(const Price& sheet, const RunManifest& manifest) {
  const Measure& price = one_price_of(sheet);
  std::string source = fmt::format("price sheet {} ({}), valid from {} to {}", sheet.id,
                                   sheet.low.source.key, sheet.valid_from, sheet.valid_to);
  // Days are compared as text: the form is YYYY-MM-DD on both sides.
  const std::string day = manifest.started_utc.substr(0, std::string_view("YYYY-MM-DD").size());
  if (!day.empty() && (day < sheet.valid_from || day > sheet.valid_to)) {
    source += fmt::format("; the run began on {}", day);
  }
  HourlyPrice hourly{.per_gpu_hour = {price.value, price.currency, ""}};
  return {hourly, std::nullopt, Provenance::kQuoted, source};
}

void name_price_sheet(const Price& sheet, RunManifest& manifest) {
  manifest.price_text = one_price_of(sheet).text;
  manifest.price_source = fmt::format("price sheet {} ({})", sheet.id, sheet.low.source.key);
  manifest.price_sheet = sheet.id;
  manifest.price_valid_from = sheet.valid_from;
  manifest.price_valid_to = sheet.valid_to;
}

}  // namespace assay
