#include "audit/costs/cost_models.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "audit/costs/cost_sheet.h"
#include "audit/output/interval_ends.h"
#include "audit/output/number_text.h"
#include "audit/output/scope_name.h"
#include "error/error.h"

namespace assay::audit {
namespace {

struct CostModelRow {
  std::string_view name;
  void (CostSheet::*apply)();
};
constexpr std::array kCostModels{CostModelRow{"rent", &CostSheet::rent},
                                 CostModelRow{"cloud", &CostSheet::cloud},
                                 CostModelRow{"committed", &CostSheet::committed},
                                 CostModelRow{"amortised", &CostSheet::amortised},
                                 CostModelRow{"acquisition", &CostSheet::acquisition},
                                 CostModelRow{"tco", &CostSheet::tco},
                                 CostModelRow{"energy", &CostSheet::energy},
                                 CostModelRow{"carbon", &CostSheet::carbon},
                                 CostModelRow{"predicted", &CostSheet::predicted},
                                 CostModelRow{"rollouts", &CostSheet::rollouts},
                                 CostModelRow{"programme", &CostSheet::programme}};

}  // namespace

std::vector<std::string_view> cost_model_names() {
  std::vector<std::string_view> names;
  names.reserve(kCostModels.size());
  for (const CostModelRow& row : kCostModels) names.push_back(row.name);
  return names;
}

std::vector<std::string> parse_cost_models(const std::string& text) {
  const std::vector<std::string_view> known = cost_model_names();
  if (text == "all") return {known.begin(), known.end()};
  std::vector<std::string> chosen;
  size_t start = 0;
  while (start <= text.size()) {
    const size_t end = std::min(text.find(',', start), text.size());
    const std::string name = text.substr(start, end - start);
    if (name == "all")
      throw ConfigError("[audit] --cost-models: \"all\" stands alone: " +
                        printable(text.substr(0, 80)));
    if (name.empty())
      throw ConfigError("[audit] --cost-models: a method's name is empty: \"" +
                        printable(text.substr(0, 80)) + "\"");
    if (std::find(chosen.begin(), chosen.end(), name) != chosen.end()) {
      throw ConfigError("[audit] --cost-models: named twice: " + name);
    }
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      throw ConfigError(fmt::format("[audit] --cost-models: unknown \"{}\"; known: all, {}",
                                    printable(name.substr(0, 80)), fmt::join(known, ", ")));
    }
    chosen.push_back(name);
    start = end + 1;
  }
  return chosen;
}

std::vector<CostEstimate> cost_estimates(const RuleContext& context, const CostMethods& methods,
                                         const std::vector<std::string>& chosen) {
  CostSheet models(context, methods);
  for (const CostModelRow& row : kCostModels) {
    if (std::find(chosen.begin(), chosen.end(), row.name) != chosen.end()) (models.*row.apply)();
  }
  return std::move(models.estimates);
}

VerdictTable cost_model_table(const std::vector<CostEstimate>& estimates, Language language) {
  VerdictTable table{.title = say(language, "table_cost_models"),
                     .header = {say(language, "column_method"), say(language, "column_amount"),
                                say(language, "word.interval"), say(language, "column_covers"),
                                say(language, "word.formula")},
                     .rows = {}};
  for (const CostEstimate& one : estimates) {
    std::string interval = "-";
    if (one.interval && has_width(one.interval->low, one.interval->high)) {
      interval = ends_text(one.interval->low, one.interval->high, 3);
    }
    const std::string amount = one.value
                                   ? fmt::format("{} {}", readable_text(*one.value, 4), one.unit)
                                   : say(language, "not_available");
    table.rows.push_back({one.title, amount, interval, scope_names(language, one.covers),
                          one.value ? one.formula : one.missing});
  }
  return table;
}

}  // namespace assay::audit
