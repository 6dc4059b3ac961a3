#pragma once

#include <algorithm>
#include <array>
#include <string>

#include "metrics/claim_rows.h"
#include "metrics/inference_rows.h"
#include "metrics/metering_rows.h"
#include "metrics/metric.h"
#include "metrics/metric_row.h"
#include "metrics/training_rows.h"

namespace assay {

/// Rows one after the other.
template <size_t... Sizes>
constexpr auto join_rows(const std::array<MetricRow, Sizes>&... parts) {
  std::array<MetricRow, (Sizes + ...)> all{};
  auto end = all.begin();
  ((end = std::ranges::copy(parts, end).out), ...);
  return all;
}

/// All rows, by Metric.
///
/// Names and labels are versioned: a change is told in CHANGELOG.md. Rules: base units, `_total` on
/// counters only, under ten values a label; run, team and project are labels of assay_run_info
/// alone. `device` is a GPU UUID or a RAPL zone. Counters start at 0 in each process and are never
/// restored, because a restored value would be added once more by rate() and increase().
inline constexpr auto kCatalogue =
    join_rows(kTrainingRows, kMeteringRows, kInferenceRows, kClaimRows);

constexpr const MetricRow& row(Metric metric) { return kCatalogue[static_cast<size_t>(metric)]; }

static_assert(kCatalogue.size() == static_cast<size_t>(Metric::kAuditTimestamp) + 1);
static_assert(row(Metric::kAuditTimestamp).name == "assay_audit_timestamp_seconds");
static_assert(row(Metric::kRefusedUpdates).name == "assay_refused_updates_total");
static_assert(row(kFirstInferenceMetric).name == "assay_inference_tokens_total");
static_assert(row(Metric::kLoss).name == "assay_loss");
static_assert(std::ranges::all_of(kCatalogue, [](const MetricRow& r) {
  return r.name.starts_with("assay_") && !r.help.empty() &&
         (r.type == MetricType::kCounter) == r.name.ends_with("_total") &&
         (r.type == MetricType::kHistogram) == (r.buckets.count > 0);
}));

/// The catalogue as the Markdown table of docs/metrics.md.
std::string catalogue_markdown();

}  // namespace assay
