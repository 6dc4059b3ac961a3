#pragma once

#include <functional>
#include <span>
#include <string>

#include "audit/uncertainty/input_range.h"

namespace assay::audit {

/// One step of a formula in postfix order: an operand, or an operation on the two values before it.
struct TermStep {
  enum class Kind { kConstant, kInput, kAdd, kSubtract, kMultiply, kDivide };
  Kind kind = Kind::kConstant;
  double value = 0;  ///< of an operand, in the formula's unit
  InputRange range;  ///< of an input, in the formula's unit
  std::string key;   ///< of an input: inputs with one key are one quantity, drawn once
  std::string name;  ///< of an input, for people
  std::string unit;  ///< of an input
};

/// Evaluates a formula with the operands that `value_of` gives (inputs only).
double evaluate(std::span<const TermStep> steps,
                const std::function<double(const TermStep&)>& value_of);

}  // namespace assay::audit
