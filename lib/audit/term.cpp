#include "audit/term.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "audit/number_text.h"
#include "audit/propagate.h"

namespace assay::audit {
namespace {

std::vector<TermInput> joined(const Term& a, const Term& b) {
  std::vector<TermInput> inputs = a.inputs;
  for (const TermInput& input : b.inputs) {
    const bool known = std::any_of(inputs.begin(), inputs.end(), [&](const TermInput& other) {
      return other.figure == input.figure && other.shown.name == input.shown.name &&
             other.shown.text == input.shown.text;
    });
    if (!known) inputs.push_back(input);
  }
  return inputs;
}

std::string nested(const Term& term, int highest_level) {
  return term.level > highest_level ? fmt::format("({})", term.text) : term.text;
}

}  // namespace

Term constant(double value) {
  return {.value = value, .bounds = {value, value}, .text = exact_text(value)};
}

Term operator+(const Term& a, const Term& b) {
  return {a.value + b.value,
          sum_bounds(a.bounds, b.bounds),
          fmt::format("{} + {}", a.text, b.text),
          2,
          {},
          joined(a, b)};
}

Term operator-(const Term& a, const Term& b) {
  return {a.value - b.value,
          difference_bounds(a.bounds, b.bounds),
          fmt::format("{} - {}", a.text, nested(b, 1)),
          2,
          {},
          joined(a, b)};
}

Term operator*(const Term& a, const Term& b) {
  return {a.value * b.value,
          product_bounds(a.bounds, b.bounds),
          fmt::format("{} * {}", nested(a, 1), nested(b, 1)),
          1,
          {},
          joined(a, b)};
}

Term operator/(const Term& a, const Term& b) {
  return {a.value / b.value,
          quotient_bounds(a.bounds, b.bounds),
          fmt::format("{} / {}", nested(a, 1), nested(b, 0)),
          1,
          {},
          joined(a, b)};
}

std::string formula_text(const Term& term, std::string_view unit) {
  constexpr double kDoubleNoise = 1e-12;
  const std::string result = rounded_text(term.value);
  const bool exact =
      std::abs(std::stod(result) - term.value) <= kDoubleNoise * std::abs(term.value);
  return fmt::format("{} {} {}{}{}", term.text, exact ? "=" : "≈", result, unit.empty() ? "" : " ",
                     unit);
}

}  // namespace assay::audit
