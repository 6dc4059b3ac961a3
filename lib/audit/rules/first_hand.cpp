#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "audit/comparison/comparison.h"
#include "audit/output/number_text.h"
#include "audit/rules/rules.h"
#include "audit/training_compute.h"
#include "audit/uncertainty/propagate.h"

namespace assay::audit {
namespace {

bool same_dimension(const Figure& a, const Figure& b) {
  return a.measure.dimension == b.measure.dimension && a.measure.currency == b.measure.currency;
}

// By the usual rounding: "about" agrees with too much.
const Figure* equal_figure(const Claim& claim, const Figure& figure) {
  for (const Figure* other : claim.all_figures()) {
    const bool meet = intervals_meet(other->measure.printed(), figure.measure.printed());
    if (same_dimension(*other, figure) && meet) return other;
  }
  return nullptr;
}

// Two written digits or more of an amount: one digit, and counts of devices, agree by chance.
bool is_distinctive(const Figure& figure) {
  const Measure& measure = figure.measure;
  return figure.direction == Direction::kExact && measure.last_digit > 0 &&
         measure.value / measure.last_digit >= 10;
}

bool has_own_source(const RuleContext& context) {
  return std::any_of(context.first_hand().begin(), context.first_hand().end(),
                     [&](const Claim* other) { return other->subject == context.claim().subject; });
}

void check_subject(const RuleContext& context, const Claim& other, Findings& findings) {
  const Claim& claim = context.claim();
  const Figure* headline = claim.headline_figure();
  if (headline == nullptr || other.headline_figure() == nullptr) return;
  const Figure* equal = equal_figure(other, *headline);
  const bool same = claim.subject == other.subject;
  CheckResult result = CheckResult::kPass;
  // The subject contradicts only where it is this very figure that the other source gives, and no
  // first-hand source of the claim's own subject stands beside it.
  if (!same) {
    const bool repeats = equal != nullptr && is_distinctive(*headline);
    result = repeats && !has_own_source(context) ? CheckResult::kFail : CheckResult::kFlag;
  }
  const Figure& shown = equal != nullptr ? *equal : *other.headline_figure();
  Finding finding = plain_finding(context, CheckKind::kProvenance, "first_hand_subject", result,
                                  context.say(same ? "subject_same" : "subject_differs", other.id,
                                              shown.text(), other.subject, claim.subject),
                                  {context.shown(*headline), context.shown(shown)});
  finding.touches_headline = !same;
  findings.list.push_back(std::move(finding));
}

void compare_part(const RuleContext& context, const Claim& other, const ClaimPart& part,
                  Findings& findings) {
  const ClaimPart* source = RuleContext::matching(other, part);
  if (source == nullptr) return;
  for (const auto& [role, figure] : part.figures) {
    const Figure* first = source->find(role);
    if (first == nullptr || !same_dimension(figure, *first)) continue;
    if (!context.is_first_hand(first->source)) continue;
    const std::string unit = first->measure.unit;
    Finding finding = compare(context, {.rule = "first_hand_input",
                                        .kind = CheckKind::kProvenance,
                                        .about = context.name(figure),
                                        .unit = unit,
                                        .computed = context.term(figure, unit),
                                        .expected = context.term(*first, unit)});
    finding.touches_headline = context.is_headline(figure);
    finding.check.sentence = context.say(
        finding.check.result == CheckResult::kPass ? "first_hand_agrees" : "first_hand_differs",
        figure.text(), first->text(), other.id);
    findings.list.push_back(std::move(finding));
  }
}

std::string month(const std::string& date) {
  return date.substr(0, std::min<size_t>(7, date.size()));
}

// devices * wall of the total, where its hours do not fit them.
std::optional<Term> misfit_hours(const RuleContext& context) {
  const ClaimPart& total = context.claim().total;
  const std::optional<Term> devices = own_devices_term(context, total);
  const Figure* wall = total.find("wall");
  const Figure* hours = context.find(total, "hours");
  if (!devices || wall == nullptr || hours == nullptr) return std::nullopt;
  Term product = *devices * context.term(*wall, "h");
  if (intervals_meet(product.bounds, context.term(*hours, "gpu_h").bounds)) return std::nullopt;
  return product;
}

}  // namespace

void first_hand_subject(const RuleContext& context, Findings& findings) {
  for (const Claim* other : context.first_hand()) check_subject(context, *other, findings);
}

void first_hand_date(const RuleContext& context, Findings& findings) {
  const Claim& claim = context.claim();
  for (const Claim* other : context.first_hand()) {
    const size_t length = std::min({claim.date.size(), other->date.size(), size_t{7}});
    if (length < 4 || claim.date.substr(0, length) == other->date.substr(0, length)) continue;
    findings.list.push_back(plain_finding(
        context, CheckKind::kProvenance, "first_hand_date", CheckResult::kFlag,
        context.say("date_differs", month(claim.date), other->id, month(other->date))));
  }
}

void first_hand_inputs(const RuleContext& context, Findings& findings) {
  for (const Claim* other : context.first_hand()) {
    if (other->subject != context.claim().subject) continue;
    for (const ClaimPart* part : context.parts()) compare_part(context, *other, *part, findings);
  }
}

void stage_for_total(const RuleContext& context, Findings& findings) {
  const std::optional<Term> product = misfit_hours(context);
  if (!product) return;
  for (const Claim* other : context.first_hand()) {
    for (const ClaimPart& stage : other->stages) {
      const Figure* hours = stage.find("hours");
      if (hours == nullptr) continue;
      const Term term = context.term(*hours, "gpu_h");
      if (!intervals_meet(product->bounds, term.bounds)) continue;
      Finding finding =
          plain_finding(context, CheckKind::kProvenance, "stage_for_total", CheckResult::kFlag,
                        context.say("stage_for_total", readable_text(product->value, "gpu_h"),
                                    stage.name, hours->text(), other->id),
                        {context.shown(*hours)});
      finding.check.formula = formula_text(*product, "gpu_h");
      finding.check.computed = check_number(*product, "gpu_h");
      finding.check.expected = check_number(term, "gpu_h");
      findings.list.push_back(std::move(finding));
    }
  }
}

}  // namespace assay::audit
