#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "audit/costs/cost_estimate.h"
#include "audit/costs/cost_methods.h"
#include "audit/rule_context.h"

namespace assay::audit {

/// Names of the cost models, in the order of a table: "rent", "cloud", "committed", "amortised",
/// "acquisition", "tco", "energy", "carbon", "predicted", "rollouts",
/// "programme".
std::vector<std::string_view> cost_model_names();

/// Splits "rent,amortised" or "all". Throws: ConfigError naming the known ones.
std::vector<std::string> parse_cost_models(const std::string& text);

/// The claim's run reckoned by each chosen method side by side. A method that lacks an input says
/// which; nothing is filled in.
std::vector<CostEstimate> cost_estimates(const RuleContext& context, const CostMethods& methods,
                                         const std::vector<std::string>& chosen);

/// The same as a table of a report.
VerdictTable cost_model_table(const std::vector<CostEstimate>& estimates, Language language);

}  // namespace assay::audit
