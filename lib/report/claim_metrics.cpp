#include "report/claim_metrics.h"

#include <array>

#include "audit/output/number_text.h"

namespace assay {
namespace {

constexpr std::array kLabels{Label::kReproduced, Label::kPlausible, Label::kInconsistent,
                             Label::kUnverifiable};

void show_recomputed(MetricsRegistry& registry, const Verdict& verdict) {
  const CheckNumber& number = *verdict.recomputed;
  registry.set(Metric::kClaimRecomputed, {verdict.claim_id}, number.value);
  if (number.bounds) {
    registry.set(Metric::kClaimRecomputedLower, {verdict.claim_id}, number.bounds->low);
    registry.set(Metric::kClaimRecomputedUpper, {verdict.claim_id}, number.bounds->high);
  }
  // Both are in the headline's unit, or no ratio can be had.
  if (!verdict.claimed || verdict.claimed->unit != number.unit || verdict.claimed->value == 0) {
    return;
  }
  registry.set(Metric::kClaimRatio, {verdict.claim_id}, number.value / verdict.claimed->value);
}

void show_verdict(MetricsRegistry& registry, const Verdict& verdict) {
  const std::string unit = verdict.claimed ? verdict.claimed->unit : "";
  registry.set(Metric::kClaimInfo,
               {verdict.claim_id, verdict.quantity, unit, audit::printable(verdict.title)}, 1);
  if (verdict.claimed) {
    registry.set(Metric::kClaimClaimed, {verdict.claim_id}, verdict.claimed->value);
  }
  if (verdict.recomputed) show_recomputed(registry, verdict);
  if (const auto& mfu = verdict.implied_mfu) {
    const auto show = [&](const char* convention, double value) {
      registry.set(Metric::kClaimImpliedMfu, {verdict.claim_id, convention, mfu->peak_name}, value);
    };
    show("six_nd", mfu->six_nd);
    show("exact_causal", mfu->exact_causal);
    show("exact_full", mfu->exact_full);
  }
  if (!verdict.label) return;
  for (const Label label : kLabels) {
    registry.set(Metric::kClaimVerdict, {verdict.claim_id, to_string(label)},
                 label == *verdict.label ? 1 : 0);
  }
}

}  // namespace

void show_verdicts(MetricsRegistry& registry, const std::vector<Verdict>& verdicts,
                   double audited_unix_s) {
  for (const Verdict& verdict : verdicts) show_verdict(registry, verdict);
  registry.set(Metric::kAuditTimestamp, {}, audited_unix_s);
}

}  // namespace assay
