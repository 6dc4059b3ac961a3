#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "audit/claims/figure_role.h"
#include "audit/comparison/comparison.h"
#include "audit/exchange_rate.h"
#include "audit/output/number_text.h"
#include "audit/rules/rules.h"
#include "audit/uncertainty/propagate.h"

namespace assay::audit {
namespace {

// A sum of stages, with or without a figure for each, that is above the total of its own claim.
void check_role(const RuleContext& context, std::string_view role, const Figure& total,
                Findings& findings) {
  const std::vector<ClaimPart>& stages = context.claim().stages;
  std::optional<Term> sum;
  size_t rows = 0;
  size_t counted = 0;
  CurrencyNote note;
  const std::string& unit = total.measure.unit;
  for (const ClaimPart& stage : stages) {
    if (is_excluded(context.claim(), stage)) continue;
    ++counted;
    const Figure* row = stage.find(role);
    if (row == nullptr) continue;
    const Term term = in_currency(context, *row, unit, total.measure.currency, note);
    sum = sum ? *sum + term : term;
    ++rows;
  }
  // Where every stage has the figure, stages_add_up has judged it.
  if (!sum || (rows == counted && rows > 1)) return;
  if (!note.lacks.empty()) {
    findings.list.push_back(unconverted(context, CheckKind::kIdentity, "stages_exceed_total",
                                        std::string(role_title(role, context.language())), note,
                                        {context.shown(total)}));
    return;
  }
  const Term whole = context.term(total, unit);
  if (sum->bounds.low <= whole.bounds.high) return;
  Finding finding = compare(context, {.rule = "stages_exceed_total",
                                      .about = std::string(role_title(role, context.language())),
                                      .unit = unit,
                                      .computed = *sum,
                                      .expected = whole,
                                      .excused = note.assumed});
  // Data that are read twice are counted once or twice.
  const bool repeated = role == "tokens" && finding.check.result == CheckResult::kFail;
  if (repeated) finding.check.result = CheckResult::kFlag;
  finding.check.sentence = context.say("stages_exceed_total", readable_text(sum->value, unit),
                                       total.text(), role_title(role, context.language()));
  tell_conversion(context, note, finding);
  // Some of the rows are no computation of the total.
  finding.recomputed.reset();
  finding.headline_term.reset();
  finding.reproduces_headline = false;
  findings.list.push_back(std::move(finding));
}

// What does not add up and still has a most: no stage takes longer, or more devices, than the
// whole.
void check_most(const RuleContext& context, std::string_view role, Findings& findings) {
  const Figure* total = context.claim().total.find(role);
  if (total == nullptr) return;
  for (const ClaimPart& stage : context.claim().stages) {
    const Figure* row = stage.find(role);
    if (row == nullptr || row->widest().low <= total->widest().high) continue;
    Finding finding =
        plain_finding(context, CheckKind::kIdentity, "stages_exceed_total", CheckResult::kFlag,
                      context.say("stage_exceeds_most", stage.name, row->text(), total->text(),
                                  role_title(role, context.language())),
                      {context.shown(*row), context.shown(*total)});
    finding.check.name += ": " + stage.name;
    findings.list.push_back(std::move(finding));
  }
}

// Parameters that a token meets are some of those that are stored. Counts with and without
// embeddings differ by a little: only beyond half again nothing but a mistake is left.
void check_active(const RuleContext& context, const ClaimPart& part, Findings& findings) {
  constexpr double kEmbeddings = 1.5;
  const Figure* active = context.find(part, "active_params");
  const Figure* stored = context.find(part, "params");
  if (active == nullptr || stored == nullptr) return;
  if (part.find("active_params") == nullptr && part.find("params") == nullptr) return;
  if (active->bounds().low <= stored->bounds().high) return;
  Finding finding = compare(context, {.rule = "active_exceed_stored",
                                      .about = part.label(),
                                      .unit = "param",
                                      .computed = context.term(*active, "param"),
                                      .expected = context.term(*stored, "param")});
  const double ratio = active->measure.value / stored->measure.value;
  if (ratio < kEmbeddings && finding.check.result == CheckResult::kFail) {
    finding.check.result = CheckResult::kFlag;
  }
  finding.check.sentence =
      context.say("active_exceed_stored", active->text(), stored->text(), readable_text(ratio, 3));
  finding.recomputed.reset();
  finding.headline_term.reset();
  findings.list.push_back(std::move(finding));
}

/// Two quantities of a run whose numbers are taken for each other.
using RolePair = std::pair<std::string_view, std::string_view>;
constexpr std::array kMixedUp{RolePair{"tokens", "params"}, RolePair{"tokens", "active_params"},
                              RolePair{"devices", "hours"}, RolePair{"devices", "nodes"},
                              RolePair{"params", "flops_per_token"}};

// The number before the unit: 671e9 of "671e9 param".
double number_of(const Figure& figure) {
  return figure.measure.value / unit_size(figure.measure.unit);
}

bool same_number(double a, double b) {
  return std::abs(a - b) <= 1e-9 * std::max(std::abs(a), std::abs(b));
}

void add_mixed_up(const RuleContext& context, const ClaimPart& part, const Figure& own,
                  const std::string& other_text, const std::string& other_name,
                  std::vector<CheckInput> inputs, Findings& findings) {
  Finding finding = plain_finding(
      context, CheckKind::kProvenance, "quantities_mixed_up", CheckResult::kFlag,
      context.say("quantities_mixed_up", context.name(own), own.text(), other_name, other_text),
      std::move(inputs));
  if (part.path != "total") finding.check.name += ": " + part.name;
  finding.touches_headline = context.is_headline(own);
  findings.list.push_back(std::move(finding));
}

// Round numbers agree by chance: "1e9 token" and "1e9 param".
bool is_telling(const Figure& figure) {
  const Measure& measure = figure.measure;
  return measure.last_digit == 0 ? measure.value >= 100 : measure.value / measure.last_digit >= 10;
}

// True where the other figures say that both numbers may be the same.
bool may_be_equal(const RuleContext& context, const ClaimPart& part, std::string_view role) {
  if (role == "nodes") {
    const Figure* each = context.find(part, "devices_per_node");
    return each == nullptr || each->measure.value == 1;
  }
  const Figure* wall = context.find(part, "wall");
  constexpr double kHour = 3600;
  return role == "hours" && wall != nullptr && wall->widest().low <= kHour;
}

// One number in two roles of one part.
void check_same_part(const RuleContext& context, const ClaimPart& part, Findings& findings) {
  for (const auto& [left, right] : kMixedUp) {
    const Figure* a = part.find(left);
    const Figure* b = part.find(right);
    if (a == nullptr || b == nullptr || !same_number(number_of(*a), number_of(*b))) continue;
    if (!is_telling(*a) || !is_telling(*b) || may_be_equal(context, part, right)) continue;
    add_mixed_up(context, part, *a, b->text(), context.name(*b),
                 {context.shown(*a), context.shown(*b)}, findings);
  }
}

// A number that the first-hand source gives for another quantity, and not for this one.
void check_first_hand(const RuleContext& context, const ClaimPart& part, const Figure& own,
                      std::string_view other_role, Findings& findings) {
  for (const Claim* other : context.first_hand()) {
    const ClaimPart* source = RuleContext::matching(*other, part);
    if (source == nullptr || other->subject != context.claim().subject) continue;
    const Figure* right = source->find(own.role);
    const Figure* mistaken = source->find(other_role);
    if (mistaken == nullptr || !same_number(number_of(own), number_of(*mistaken))) continue;
    if (right != nullptr && intervals_meet(right->bounds(), own.bounds())) continue;
    add_mixed_up(context, part, own, mistaken->text(), context.name(*mistaken),
                 {context.shown(own), context.shown(*mistaken)}, findings);
  }
}

// Tokens that are the registered model's parameters.
void check_registered(const RuleContext& context, const ClaimPart& part, Findings& findings) {
  constexpr double kSame = 0.005;
  const Figure* tokens = part.find("tokens");
  const auto model = context.registry().models().find(context.model(part));
  if (tokens == nullptr || model == context.registry().models().end() || !model->second.spec) {
    return;
  }
  const ParameterCounts& counts = model->second.spec->parameters;
  for (const int64_t count : {counts.total, counts.active_a}) {
    const auto stored = static_cast<double>(count);
    if (std::abs(tokens->measure.value / stored - 1) > kSame) continue;
    const std::string name(
        role_title(count == counts.total ? "params" : "active_params", context.language()));
    add_mixed_up(context, part, *tokens, readable_text(stored, "param"), name,
                 {context.shown(*tokens)}, findings);
    return;
  }
}

// A training from the start on a tenth of a token for each parameter that a token meets.
void check_few_tokens(const RuleContext& context, const ClaimPart& part, Findings& findings) {
  constexpr double kFewest = 0.1;
  constexpr double kLeastActive = 0.2;  // of the stored, where only those are printed
  const Figure* tokens = part.find("tokens");
  const Figure* active = context.find(part, "active_params");
  const Figure* stored = context.find(part, "params");
  const Figure* params = active != nullptr ? active : stored;
  const Scope& scope = context.claim().scope;
  const bool from_start = scope[*scope_index("final-run")] == ScopeState::kIncluded &&
                          (part.dimension.empty() || part.dimension == "final-run");
  if (tokens == nullptr || params == nullptr || !from_start) return;
  const double least = kFewest * params->bounds().low * (active != nullptr ? 1 : kLeastActive);
  if (tokens->bounds().high >= least) return;
  Finding finding =
      plain_finding(context, CheckKind::kProvenance, "tokens_below_parameters", CheckResult::kFlag,
                    context.say("tokens_below_parameters", tokens->text(), params->text()),
                    {context.shown(*tokens), context.shown(*params)});
  if (part.path != "total") finding.check.name += ": " + part.name;
  findings.list.push_back(std::move(finding));
}

}  // namespace

void parts_of_whole(const RuleContext& context, Findings& findings) {
  for (const FigureRole& role : figure_roles()) {
    const Figure* total = context.claim().total.find(role.name);
    if (role.additive && total != nullptr) check_role(context, role.name, *total, findings);
  }
  for (const std::string_view role : {"wall", "devices"}) check_most(context, role, findings);
  for (const ClaimPart* part : context.parts()) check_active(context, *part, findings);
}

void quantities_mixed_up(const RuleContext& context, Findings& findings) {
  for (const ClaimPart* part : context.parts()) {
    check_same_part(context, *part, findings);
    check_few_tokens(context, *part, findings);
    check_registered(context, *part, findings);
    for (const auto& [left, right] : kMixedUp) {
      if (const Figure* own = part->find(left)) {
        check_first_hand(context, *part, *own, right, findings);
      }
      if (const Figure* own = part->find(right)) {
        check_first_hand(context, *part, *own, left, findings);
      }
    }
  }
}

}  // namespace assay::audit
