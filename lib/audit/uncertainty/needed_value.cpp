#include "audit/uncertainty/needed_value.h"

#include <algorithm>
#include <cmath>

namespace assay::audit {

std::optional<double> needed_value(std::span<const TermStep> formula, const std::string& key,
                                   double target) {
  const auto first = std::find_if(formula.begin(), formula.end(), [&](const TermStep& step) {
    return step.kind == TermStep::Kind::kInput && step.key == key;
  });
  if (first == formula.end() || !std::isfinite(target)) return std::nullopt;
  // The same quantity may stand in several units, so what is looked for is a factor on all of them.
  const auto miss = [&](double log_factor) {
    const double factor = std::exp(log_factor);
    return evaluate(formula,
                    [&](const TermStep& input) {
                      return input.key == key ? input.value * factor : input.value;
                    }) -
           target;
  };
  double low = -std::log(1e9);
  double high = -low;
  const double at_low = miss(low);
  if (!std::isfinite(at_low) || !std::isfinite(miss(high)) || at_low * miss(high) > 0) {
    return std::nullopt;
  }
  for (int i = 0; i < 200; ++i) {
    const double middle = (low + high) / 2;
    (miss(middle) * at_low > 0 ? low : high) = middle;
  }
  return first->value * std::exp((low + high) / 2);
}

}  // namespace assay::audit
