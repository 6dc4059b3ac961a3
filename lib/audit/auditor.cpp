#include "audit/auditor.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "audit/claims/figure_role.h"
#include "audit/costs/cost_models.h"
#include "audit/output/interval_ends.h"
#include "audit/output/number_text.h"
#include "audit/output/shown_interval.h"
#include "audit/rules/rules.h"
#include "audit/uncertainty/propagate.h"
#include "audit/uncertainty/uncertain_numbers.h"
#include "audit/verdict_rule.h"
#include "digest/sha256.h"

namespace assay::audit {
namespace {

void fill_headline(const RuleContext& context, Verdict& verdict) {
  const Figure* headline = context.claim().headline_figure();
  if (headline == nullptr) return;
  verdict.quantity =
      headline->role.empty() ? headline->path.substr(headline->path.find('.') + 1) : headline->role;
  verdict.claimed_text = headline->text();
  const double size = unit_size(headline->measure.unit);
  verdict.claimed = CheckNumber{.value = headline->measure.value / size,
                                .bounds = {},
                                .unit = headline->measure.unit,
                                .is_range = false};
  verdict.claimed_relation = to_string(headline->direction);
  if (headline->to) {
    verdict.claimed_to = headline->to->value / size;
    if (headline->direction == Direction::kExact) verdict.claimed_relation = "range";
  }
}

// The computation of the headline that is shown: one that contradicts it says more than one that
// repeats it; then one that does not rest on memory alone.
const Finding* shown_recomputation(const Findings& findings) {
  const Finding* shown = nullptr;
  for (const Finding& finding : findings.list) {
    if (!finding.recomputed) continue;
    if (finding.check.result == CheckResult::kFail) return &finding;
  }
  for (const Finding& finding : findings.list) {
    if (!finding.recomputed) continue;
    const bool better = finding.reproduces_headline && !finding.all_recalled;
    if (shown == nullptr || better) shown = &finding;
    if (better) return shown;
  }
  return shown;
}

void fill_flags(const Findings& findings, Verdict& verdict) {
  for (const Finding& finding : findings.list) {
    verdict.checks.push_back(finding.check);
    if (finding.check.result != CheckResult::kFlag) continue;
    const auto known = std::find(verdict.flags.begin(), verdict.flags.end(), finding.check.rule);
    if (known == verdict.flags.end()) verdict.flags.push_back(finding.check.rule);
  }
}

void fill_sources(const RuleContext& context, Verdict& verdict) {
  for (const Figure* figure : context.claim().all_figures()) {
    const CheckInput input = context.shown(*figure);
    const bool known =
        std::any_of(verdict.sources.begin(), verdict.sources.end(), [&](const CheckInput& other) {
          return other.name == input.name && other.text == input.text &&
                 other.source == input.source;
        });
    if (!known) verdict.sources.push_back(input);
  }
}

// Empty for claims that were made of a table's row. A claim outside the registry is its file.
std::string command_of(const RuleContext& context) {
  const auto& document = context.claim().place.document;
  if (!document) return {};
  const bool registered = document->name.starts_with(context.registry().root().string());
  std::string command = "assay audit " + (registered ? context.claim().id : document->name);
  for (const auto& [name, measure] : context.evidence().assumptions) {
    const bool spaces = measure.text.find(' ') != std::string::npos;
    command += spaces ? fmt::format(" --set \"{}={}\"", name, measure.text)
                      : fmt::format(" --set {}={}", name, measure.text);
  }
  return command;
}

// What a claim outside the registry was read from.
ClaimFile file_of(const RuleContext& context) {
  const auto& document = context.claim().place.document;
  if (!document || document->name.starts_with(context.registry().root().string())) return {};
  ClaimFile file{
      .name = document->name, .sha256 = {}, .replaces = context.set().replaced(context.claim().id)};
  if (std::filesystem::is_regular_file(file.name)) file.sha256 = sha256_file(file.name);
  return file;
}

// A reproduced figure may still lie where nine of ten draws of its inputs do not reach, or beside
// the one value that its inputs give: then rounding alone makes the two agree.
void tell_rounding(const RuleContext& context, Verdict& verdict) {
  if (verdict.label != Label::kReproduced || verdict.claimed_relation != "equals") return;
  if (!verdict.recomputed) return;
  const CheckNumber& recomputed = *verdict.recomputed;
  const double printed = verdict.claimed->value;
  const auto shown = shown_interval(verdict, "recomputed", recomputed);
  const Bounds<double> reach = shown ? Bounds<double>{shown->low, shown->high}
                                     : Bounds<double>{recomputed.value, recomputed.value};
  if (printed <= 0 || intervals_meet(reach, {printed, printed})) return;
  const Bounds<double> rounding = context.claim().headline_figure()->bounds();
  const double size = unit_size(verdict.claimed->unit);
  verdict.rounding_only = rounding_agreement(
      recomputed.value,
      recomputed.bounds.value_or(Bounds<double>{recomputed.value, recomputed.value}), printed,
      {rounding.low / size, rounding.high / size});
  const std::string gap = context.say("sentence_gap");
  if (shown && shown->drawn) {
    const IntervalEnds ends = interval_ends(shown->low, shown->high);
    verdict.sentence +=
        gap + context.say("verdict_outside_interval", ends.low, ends.high, recomputed.unit);
  }
  verdict.sentence +=
      gap + context.say("verdict_only_rounding", signed_percent_text(verdict.rounding_only->away),
                        percent_text(verdict.rounding_only->allowed));
}

Verdict verdict_of(const RuleContext& context, Findings findings) {
  const Claim& claim = context.claim();
  const Language language = context.language();
  add_missing(context, findings);
  Verdict verdict;
  verdict.claim_id = claim.id;
  verdict.title = claim.title.in(language);
  verdict.statement = claim.statement.in(language);
  verdict.label = label_of(context, findings);
  verdict.sentence = verdict_sentence(context, findings, verdict.label);
  verdict.implied_mfu = findings.implied_mfu;
  if (!findings.implied_mfu) verdict.implied_six_nd = findings.implied_six_nd;
  verdict.implied_price = findings.implied_price;
  verdict.implied_power = findings.implied_power;
  verdict.missing = findings.missing;
  verdict.assumptions = findings.assumptions;
  verdict.unused_assumptions = findings.unused_assumptions;
  verdict.file = file_of(context);
  verdict.command = command_of(context);
  verdict.tables = findings.tables;
  for (const FigureRef& ref : claim.first_hand) verdict.see_also.push_back(ref.text);
  for (const FigureRef& ref : claim.see_also) verdict.see_also.push_back(ref.text);
  for (size_t i = 0; i < claim.scope.size(); ++i) {
    verdict.scope.push_back(
        {std::string(kScopeDimensions[i]), std::string(to_string(claim.scope[i]))});
  }
  fill_headline(context, verdict);
  const Finding* recomputation = verdict.claimed ? shown_recomputation(findings) : nullptr;
  if (recomputation != nullptr) verdict.recomputed = recomputation->recomputed;
  verdict.uncertain = uncertain_numbers(context, findings, recomputation);
  tell_rounding(context, verdict);
  verdict.seed = context.evidence().plan.seed;
  if (const auto& chosen = context.evidence().cost_models; !chosen.empty()) {
    verdict.cost_models = cost_estimates(context, CostMethods::load(context.registry()), chosen);
  }
  fill_flags(findings, verdict);
  fill_sources(context, verdict);
  return verdict;
}

}  // namespace

Verdict judge(const Claim& claim, const ClaimSet& set, const Registry& registry,
              const Evidence& evidence, Language language) {
  set.check(claim, registry);
  const RuleContext context(claim, set, registry, evidence, language);
  Findings findings;
  for (const Rule& rule : all_rules()) rule.apply(context, findings);
  return verdict_of(context, std::move(findings));
}

Verdict judge_made(const Claim& claim, const ClaimSet& set, const Registry& registry,
                   Language language, const ExtraRules& extra) {
  Evidence none;
  none.plan.draws = 0;  // a table's rows get no intervals
  const RuleContext context(claim, set, registry, none, language);
  Findings findings;
  for (const Rule& rule : all_rules()) rule.apply(context, findings);
  extra(context, findings);
  return verdict_of(context, std::move(findings));
}

}  // namespace assay::audit
