#include "report/claim_metrics.h"

#include <catch2/catch.hpp>

namespace assay {
namespace {

using Catch::Matchers::Contains;

TEST_CASE("a claim shows its figure, the recomputed one with its bounds, their ratio and verdict") {
  Verdict verdict{.claim_id = "c1", .title = "five \"million\"", .label = Label::kReproduced};
  verdict.quantity = "money";
  verdict.claimed = CheckNumber{.value = 200, .unit = "USD"};
  verdict.recomputed = CheckNumber{.value = 150, .bounds = Bounds<double>{140, 160}, .unit = "USD"};
  verdict.implied_mfu =
      ImpliedMfu{.six_nd = 0.25, .exact_causal = 0.5, .exact_full = 0.75, .peak_name = "x dense"};
  MetricsRegistry registry;
  show_verdicts(registry, {verdict}, 1700000000);
  const std::string text = registry.text();
  CHECK_THAT(text, Contains("assay_claim_claimed{claim_id=\"c1\"} 200\n"));
  CHECK_THAT(text, Contains("assay_claim_recomputed_lower{claim_id=\"c1\"} 140\n"));
  CHECK_THAT(text, Contains("assay_claim_recomputed_upper{claim_id=\"c1\"} 160\n"));
  CHECK_THAT(text, Contains("assay_claim_ratio{claim_id=\"c1\"} 0.75\n"));
  CHECK_THAT(text,
             Contains("verdict=\"reproduced\"} 1\n") && Contains("verdict=\"inconsistent\"} 0\n"));
  CHECK_THAT(text, Contains("title=\"five \\\"million\\\"\"") && Contains("unit=\"USD\""));
  CHECK_THAT(text, Contains("convention=\"exact_causal\",peak=\"x dense\"} 0.5\n"));
  CHECK_THAT(text, Contains("assay_audit_timestamp_seconds 1700000000\n"));
}

TEST_CASE("what a claim has not is absent, and figures in different units have no ratio") {
  Verdict context{.claim_id = "c2", .title = "context"};
  Verdict other{.claim_id = "c3", .title = "t", .label = Label::kUnverifiable};
  other.claimed = CheckNumber{.value = 2, .unit = "USD"};
  other.recomputed = CheckNumber{.value = 2, .unit = "gpu_h"};
  MetricsRegistry registry;
  show_verdicts(registry, {context, other}, 1);
  const std::string text = registry.text();
  CHECK_THAT(text, Contains("assay_claim_info{claim_id=\"c2\""));
  CHECK_THAT(text, !Contains("assay_claim_verdict{claim_id=\"c2\"") &&
                       !Contains("assay_claim_claimed{claim_id=\"c2\""));
  CHECK_THAT(text, !Contains("assay_claim_ratio") && !Contains("recomputed_lower") &&
                       !Contains("assay_refused_updates_total"));
}

}  // namespace
}  // namespace assay
