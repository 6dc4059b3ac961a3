#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "audit/comparison/comparison.h"
#include "audit/output/number_text.h"
#include "audit/rules/rules.h"
#include "audit/uncertainty/propagate.h"

namespace assay::audit {
namespace {

// The number as it stands in the text: 172800 of "172.8e3 gpu_h/Ttoken".
double printed_number(const Figure& figure) {
  return std::stod(figure.measure.text);  // parse_measure has accepted it
}

bool same_print(const Figure& a, const Figure& b) {
  const double x = printed_number(a);
  const double y = printed_number(b);
  return std::abs(x - y) <= 1e-9 * std::max(std::abs(x), std::abs(y));
}

// Only a rate and its own total are taken for each other; other equal numbers are chance.
bool is_rate_and_total(const std::string& a, const std::string& b) {
  return a == b + "_per_token" || b == a + "_per_token";
}

void check_unit(const RuleContext& context, const Figure& own, const ClaimPart& first,
                const Claim& other, Findings& findings) {
  const Figure* same_role = first.find(own.role);
  if (same_role != nullptr && same_print(own, *same_role)) return;
  for (const auto& [role, figure] : first.figures) {
    if (!is_rate_and_total(own.role, role) || !same_print(own, figure)) continue;
    if (!context.is_first_hand(figure.source)) continue;
    Finding finding =
        plain_finding(context, CheckKind::kProvenance, "unit_stored_as_another", CheckResult::kFail,
                      context.say("unit_stored_as_another", own.text(), figure.text(), other.id,
                                  figure.measure.unit, own.measure.unit),
                      {context.shown(own), context.shown(figure)});
    finding.touches_headline = context.is_headline(own);
    findings.list.push_back(std::move(finding));
  }
}

// Every way to read a count as a product whose sign was lost: 648 as 6 x 48 and 64 x 8.
std::vector<std::pair<int64_t, int64_t>> lost_signs(const Figure& count) {
  std::vector<std::pair<int64_t, int64_t>> pairs;
  const auto value = static_cast<int64_t>(count.measure.value);
  const std::string digits = std::to_string(value);
  if (static_cast<double>(value) != count.measure.value || digits.size() > 9) return pairs;
  for (size_t i = 1; i < digits.size(); ++i) {
    if (digits[i] == '0') continue;
    const int64_t left = std::stoll(digits.substr(0, i));
    const int64_t right = std::stoll(digits.substr(i));
    if (left > 1 && right > 1) pairs.emplace_back(left, right);
  }
  return pairs;
}

// What the number of devices must be: hours / wall, or what the first-hand source prints.
std::vector<Term> expected_devices(const RuleContext& context, const ClaimPart& part) {
  std::vector<Term> expected;
  const Figure* hours = context.find(part, "hours");
  const Figure* wall = context.find(part, "wall");
  if (hours != nullptr && wall != nullptr) {
    expected.push_back(context.term(*hours, "gpu_h") / context.term(*wall, "h"));
  }
  for (const Claim* other : context.first_hand()) {
    const ClaimPart* source = RuleContext::matching(*other, part);
    if (source == nullptr || other->subject != context.claim().subject) continue;
    if (const Figure* devices = source->find("devices")) {
      expected.push_back(context.term(*devices, "gpu"));
    }
  }
  return expected;
}

void check_digits(const RuleContext& context, const ClaimPart& part, const Figure& devices,
                  Findings& findings) {
  for (const Term& expected : expected_devices(context, part)) {
    if (intervals_meet(devices.bounds(), expected.bounds)) continue;
    for (const auto& [left, right] : lost_signs(devices)) {
      const Term product =
          constant(static_cast<double>(left)) * constant(static_cast<double>(right));
      if (!intervals_meet(product.bounds, expected.bounds)) continue;
      Finding finding =
          plain_finding(context, CheckKind::kProvenance, "digits_run_together", CheckResult::kFlag,
                        context.say("digits_run_together", devices.text(), left, right,
                                    readable_text(product.value), readable_text(expected.value)),
                        {context.shown(devices)});
      for (const TermInput& input : expected.inputs) finding.check.inputs.push_back(input.shown);
      finding.check.formula = formula_text(product, "gpu");
      finding.check.computed = check_number(product, "gpu");
      finding.check.expected = check_number(expected, "gpu");
      findings.list.push_back(std::move(finding));
      return;
    }
  }
}

}  // namespace

void unit_stored_as_another(const RuleContext& context, Findings& findings) {
  for (const Claim* other : context.first_hand()) {
    if (other->subject != context.claim().subject) continue;
    for (const ClaimPart* part : context.parts()) {
      const ClaimPart* first = RuleContext::matching(*other, *part);
      if (first == nullptr) continue;
      for (const auto& [role, own] : part->figures) {
        check_unit(context, own, *first, *other, findings);
      }
    }
  }
}

void digits_run_together(const RuleContext& context, Findings& findings) {
  for (const ClaimPart* part : context.parts()) {
    if (const Figure* devices = part->find("devices")) {
      check_digits(context, *part, *devices, findings);
    }
  }
}

}  // namespace assay::audit
