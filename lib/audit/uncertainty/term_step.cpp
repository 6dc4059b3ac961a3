#include "audit/uncertainty/term_step.h"

#include <vector>

namespace assay::audit {
namespace {

double combined(TermStep::Kind kind, double a, double b) {
  switch (kind) {
    case TermStep::Kind::kAdd:
      return a + b;
    case TermStep::Kind::kSubtract:
      return a - b;
    case TermStep::Kind::kMultiply:
      return a * b;
    default:
      return a / b;
  }
}

}  // namespace

double evaluate(std::span<const TermStep> steps,
                const std::function<double(const TermStep&)>& value_of) {
  std::vector<double> stack;
  for (const TermStep& step : steps) {
    if (step.kind == TermStep::Kind::kConstant) {
      stack.push_back(step.value);
    } else if (step.kind == TermStep::Kind::kInput) {
      stack.push_back(value_of(step));
    } else {
      const double b = stack.back();
      stack.pop_back();
      stack.back() = combined(step.kind, stack.back(), b);
    }
  }
  return stack.back();
}

}  // namespace assay::audit
