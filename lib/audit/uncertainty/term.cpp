#include "audit/uncertainty/term.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "audit/output/number_text.h"
#include "audit/uncertainty/propagate.h"

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

// The formula of an operation: both sides' steps, then the operation.
std::vector<TermStep> chained(const Term& a, const Term& b, TermStep::Kind kind) {
  std::vector<TermStep> steps = a.steps;
  steps.insert(steps.end(), b.steps.begin(), b.steps.end());
  steps.push_back({.kind = kind, .value = 0, .range = {}, .key = {}, .name = {}, .unit = {}});
  return steps;
}

Term operation(const Term& a, const Term& b, TermStep::Kind kind) {
  Term term;
  term.inputs = joined(a, b);
  term.steps = chained(a, b, kind);
  return term;
}

}  // namespace

Term constant(double value) {
  Term term{.value = value,
            .bounds = {value, value},
            .widest = {value, value},
            .text = exact_text(value)};
  term.steps.push_back({.kind = TermStep::Kind::kConstant,
                        .value = value,
                        .range = {},
                        .key = {},
                        .name = {},
                        .unit = {}});
  return term;
}

Term input_term(double value, const InputRange& range, const std::string& key,
                const std::string& unit, TermInput shown) {
  Term term{.value = value,
            .bounds = {range.low, range.high},
            .widest = {range.low, range.high},
            .text = exact_text(value)};
  term.unit = unit;
  term.steps.push_back({.kind = TermStep::Kind::kInput,
                        .value = value,
                        .range = range,
                        .key = key,
                        .name = shown.shown.name,
                        .unit = unit});
  term.inputs.push_back(std::move(shown));
  return term;
}

Term operator+(const Term& a, const Term& b) {
  Term term = operation(a, b, TermStep::Kind::kAdd);
  term.value = a.value + b.value;
  term.bounds = sum_bounds(a.bounds, b.bounds);
  term.widest = sum_bounds(a.widest, b.widest);
  term.text = fmt::format("{} + {}", a.text, b.text);
  term.level = 2;
  return term;
}

Term operator-(const Term& a, const Term& b) {
  Term term = operation(a, b, TermStep::Kind::kSubtract);
  term.value = a.value - b.value;
  term.bounds = difference_bounds(a.bounds, b.bounds);
  term.widest = difference_bounds(a.widest, b.widest);
  term.text = fmt::format("{} - {}", a.text, nested(b, 1));
  term.level = 2;
  return term;
}

Term operator*(const Term& a, const Term& b) {
  Term term = operation(a, b, TermStep::Kind::kMultiply);
  term.value = a.value * b.value;
  term.bounds = product_bounds(a.bounds, b.bounds);
  term.widest = product_bounds(a.widest, b.widest);
  term.text = fmt::format("{} * {}", nested(a, 1), nested(b, 1));
  term.level = 1;
  return term;
}

Term operator/(const Term& a, const Term& b) {
  Term term = operation(a, b, TermStep::Kind::kDivide);
  term.value = a.value / b.value;
  term.bounds = quotient_bounds(a.bounds, b.bounds);
  term.widest = quotient_bounds(a.widest, b.widest);
  term.text = fmt::format("{} / {}", nested(a, 1), nested(b, 0));
  term.level = 1;
  return term;
}

std::string formula_text(const Term& term, std::string_view unit) {
  constexpr double kPrintedNoise = 1e-12;
  const std::string result = rounded_text(term.value);
  const bool exact =
      std::abs(std::stod(result) - term.value) <= kPrintedNoise * std::abs(term.value);
  return fmt::format("{} {} {}{}{}", term.text, exact ? "=" : "≈", result, unit.empty() ? "" : " ",
                     unit);
}

}  // namespace assay::audit
