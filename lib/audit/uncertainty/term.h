#pragma once

#include <string>
#include <vector>

#include "audit/uncertainty/term_step.h"
#include "audit/verdict.h"

namespace assay::audit {

/// A published input of a formula and what the verdict rule needs to know of it.
struct TermInput {
  CheckInput shown;
  std::string source_key;
  std::string figure;  ///< "claim#path" for figures of claims; empty for registry entries
  bool recalled = false;
  bool first_hand = false;
  /// Printed with a scope that is not its claim's: it contradicts nothing.
  bool is_loose = false;
  /// Printed as "about": it contradicts exact figures alone, from far off.
  bool is_about = false;
  bool is_range = false;  ///< printed with two ends
};

/// A number that remembers how it was computed: its text, the interval that its inputs' rounding
/// allows, and the inputs. The formula that a reader sees is therefore the one that was evaluated.
struct Term {
  double value = 0;
  Bounds<double> bounds;
  Bounds<double> widest;  ///< with the widest rounding of each input: outside it lies contradiction
  std::string text;
  int level = 0;     ///< 0: a number, 1: a product, 2: a sum; decides about parentheses
  std::string unit;  ///< of a single figure, as the formula shows it
  std::vector<TermInput> inputs;
  std::vector<TermStep> steps;  ///< the same formula in postfix order, to evaluate again
};

/// A pure number of the formula (hours of a day, a hundred percent).
Term constant(double value);

/// An input with the interval that it may lie in, for formulas that are evaluated again. `key`
/// names the quantity: the same key in two places is one draw.
Term input_term(double value, const InputRange& range, const std::string& key,
                const std::string& unit, TermInput shown);

Term operator+(const Term& a, const Term& b);
Term operator-(const Term& a, const Term& b);
Term operator*(const Term& a, const Term& b);
Term operator/(const Term& a, const Term& b);

/// "512 * 80 = 40960 gpu_h"; with "≈" where the result is rounded.
std::string formula_text(const Term& term, std::string_view unit);

}  // namespace assay::audit
