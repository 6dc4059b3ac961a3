#include <algorithm>
#include <optional>
#include <string>

#include "audit/comparison/comparison.h"
#include "audit/forward_compute.h"
#include "audit/output/number_text.h"
#include "audit/rules/rules.h"
#include "audit/training_compute.h"
#include "audit/uncertainty/propagate.h"

namespace assay::audit {
namespace {

std::optional<Term> rollouts_of(const RuleContext& context, const ClaimPart& part) {
  if (const Figure* printed = part.find("rollouts")) return context.term(*printed, "count");
  const Figure* steps = part.find("steps");
  const Figure* prompts = part.find("prompts");
  const Figure* samples = part.find("samples");
  if (steps == nullptr || prompts == nullptr || samples == nullptr) return std::nullopt;
  return context.term(*steps, "count") * context.term(*prompts, "count") *
         context.term(*samples, "count");
}

std::optional<Term> sampled_tokens_of(const RuleContext& context, const ClaimPart& part) {
  if (const Figure* printed = part.find("sampled_tokens")) return context.term(*printed, "token");
  const std::optional<Term> rollouts = rollouts_of(context, part);
  const Figure* length = part.find("response_tokens");
  if (!rollouts || length == nullptr) return std::nullopt;
  return *rollouts * context.term(*length, "token");
}

Finding rollout_finding(const RuleContext& context, const ClaimPart& part, const std::string& rule,
                        CheckResult result, const Term& computed, const std::string& unit,
                        std::string sentence) {
  Finding finding = plain_finding(context, CheckKind::kPhysics, rule, result, std::move(sentence));
  if (part.path != "total") finding.check.name += ": " + part.name;
  finding.check.formula = formula_text(computed, unit);
  finding.check.computed = check_number(computed, unit);
  finding.check.provenance = provenance_of(computed);
  for (const TermInput& input : computed.inputs) finding.check.inputs.push_back(input.shown);
  return finding;
}

// What one answer took, learning from it included: shown, not judged.
void show_time_per_rollout(const RuleContext& context, const ClaimPart& part, const Term& rollouts,
                           const Term& hours, Findings& findings) {
  const Term each = hours * constant(3600) / rollouts;
  findings.list.push_back(
      rollout_finding(context, part, "time_per_rollout", CheckResult::kNotApplicable, each, "s",
                      context.say("time_per_rollout", readable_text(rollouts.value, 4),
                                  readable_text(each.value, 4))));
}

bool any_weak(const Term& term) {
  return std::any_of(term.inputs.begin(), term.inputs.end(), [](const TermInput& input) {
    const bool printed = !input.figure.empty();
    return input.is_loose || input.is_about ||
           (printed && (input.recalled || input.shown.mark == "derived"));
  });
}

// Sampling alone is a forward pass a token, learning from it three times that: fewer hours than the
// first, at the most that the device can do, are impossible; fewer than both leave no time to
// learn. A length that is a limit ("at most") bounds nothing from below.
void judge_floor(const RuleContext& context, const ClaimPart& part, const Term& tokens,
                 const Term& hours, Findings& findings) {
  const std::optional<Term> forward = forward_flops_term(context, part);
  const std::optional<Peak> most = highest_peak(context, context.device(part), {});
  const auto bound = context.registry().bands().find("mfu-physical");
  if (!forward || !most || bound == context.registry().bands().end()) return;
  const Term sampling =
      *forward * tokens / (constant(bound->second.high) * constant(3600) * most->term);
  const Term both = sampling * constant(4);
  const bool impossible = sampling.widest.low > hours.widest.high;
  const bool no_learning = both.bounds.low > hours.bounds.high;
  CheckResult result = CheckResult::kPass;
  if (no_learning) result = CheckResult::kFlag;
  if (impossible && !any_weak(sampling) && !any_weak(hours)) result = CheckResult::kFail;
  // A limit on the length proves nothing where the hours suffice for less.
  if (result == CheckResult::kPass && tokens.bounds.low <= 0) result = CheckResult::kNotApplicable;
  const char* id = "rollouts_possible";
  if (no_learning) id = "rollouts_no_learning";
  if (impossible) id = "rollouts_impossible";
  Finding finding = rollout_finding(
      context, part, "rollout_floor", result, both, "gpu_h",
      context.say(id, readable_text(tokens.value, 4), readable_text(sampling.value, 4),
                  readable_text(both.value, 4), readable_text(hours.value, 6), most->name));
  finding.check.expected = check_number(hours, "gpu_h");
  finding.touches_headline = true;
  findings.list.push_back(std::move(finding));
}

// With a published decode throughput: sampling by it is a part of the hours.
void judge_decode(const RuleContext& context, const ClaimPart& part, const Term& tokens,
                  const Term& hours, Findings& findings) {
  const Figure* rate = context.find(part, "decode_rate");
  if (rate == nullptr) return;
  const Term decode = tokens / (context.term(*rate, "token/s/gpu") * constant(3600));
  const bool fits = decode.bounds.low <= hours.bounds.high;
  Finding finding = rollout_finding(
      context, part, "sampling_time", fits ? CheckResult::kPass : CheckResult::kFlag, decode,
      "gpu_h",
      context.say(fits ? "sampling_within" : "sampling_beyond", readable_text(decode.value, 4),
                  readable_text(hours.value, 6), percent_text(decode.value / hours.value)));
  if (fits && tokens.bounds.low <= 0) finding.check.result = CheckResult::kNotApplicable;
  finding.check.expected = check_number(hours, "gpu_h");
  finding.touches_headline = true;
  findings.list.push_back(std::move(finding));
}

}  // namespace

void rollouts(const RuleContext& context, Findings& findings) {
  for (const ClaimPart* part : context.parts()) {
    const std::optional<Term> hours = hours_term(context, *part);
    if (!hours) continue;
    const std::optional<Term> count = rollouts_of(context, *part);
    if (count) show_time_per_rollout(context, *part, *count, *hours, findings);
    const std::optional<Term> tokens = sampled_tokens_of(context, *part);
    if (!tokens) continue;
    judge_floor(context, *part, *tokens, *hours, findings);
    judge_decode(context, *part, *tokens, *hours, findings);
  }
}

}  // namespace assay::audit
