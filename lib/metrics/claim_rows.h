#pragma once

#include <array>

#include "metrics/metric_row.h"

namespace assay {

/// The rows of `assay audit --metrics`.
inline constexpr std::array kClaimRows{
    MetricRow{"assay_claim_info",
              MetricType::kGauge,
              "1",
              {"claim_id", "quantity", "unit", "title"},
              "A claim that was audited; always 1. Its figures are in the unit named here."},
    MetricRow{"assay_claim_claimed",
              MetricType::kGauge,
              "1",
              {"claim_id"},
              "The figure that was claimed; absent where the claim has none."},
    MetricRow{"assay_claim_recomputed",
              MetricType::kGauge,
              "1",
              {"claim_id"},
              "The same figure from other published inputs; absent where it cannot be computed."},
    MetricRow{"assay_claim_recomputed_lower",
              MetricType::kGauge,
              "1",
              {"claim_id"},
              "Lower end of assay_claim_recomputed by the rounding of what was printed."},
    MetricRow{"assay_claim_recomputed_upper",
              MetricType::kGauge,
              "1",
              {"claim_id"},
              "Upper end of assay_claim_recomputed by the rounding of what was printed."},
    MetricRow{"assay_claim_ratio",
              MetricType::kGauge,
              "1",
              {"claim_id"},
              "assay_claim_recomputed over assay_claim_claimed."},
    MetricRow{"assay_claim_implied_mfu_ratio",
              MetricType::kGauge,
              "1",
              {"claim_id", "convention", "peak"},
              "Model FLOPs utilisation that the claim implies, by convention and peak."},
    MetricRow{"assay_claim_verdict",
              MetricType::kGauge,
              "1",
              {"claim_id", "verdict"},
              "1 for the verdict of the claim and 0 for the others; absent for context."},
    MetricRow{"assay_audit_timestamp_seconds",
              MetricType::kGauge,
              "seconds",
              {},
              "When the claims were audited, in seconds since 1970."}};

}  // namespace assay
