#pragma once

#include <optional>
#include <span>
#include <string>

#include "audit/uncertainty/term_step.h"

namespace assay::audit {

/// The value that one input of a formula would have to have, the others kept, for the formula to
/// give `target`; in the unit of the input's first place. By bisection on the logarithm of its
/// change, from a billionth to a billion times. Nothing where no such value exists: the input does
/// not occur, or the formula does not reach the target.
std::optional<double> needed_value(std::span<const TermStep> formula, const std::string& key,
                                   double target);

}  // namespace assay::audit
