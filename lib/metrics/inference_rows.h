#pragma once

#include <array>

#include "metrics/metric_row.h"

namespace assay {

/// The rows of commands that generate text, from kFirstInferenceMetric on.
inline constexpr std::array kInferenceRows{
    MetricRow{"assay_inference_tokens_total",
              MetricType::kCounter,
              "1",
              {"phase"},
              "Tokens of prompts (prefill) and tokens generated after the first (decode)."},
    MetricRow{
        "assay_inference_device_seconds_total",
        MetricType::kCounter,
        "seconds",
        {"phase"},
        "Time of generation (devices x wall time): the pass over prompts and the steps after."},
    MetricRow{"assay_time_to_first_token_seconds",
              MetricType::kHistogram,
              "seconds",
              {},
              "From the start of a batch of prompts to its first tokens.",
              {0.005, 2, 16}},
    MetricRow{"assay_inference_tokens_per_second",
              MetricType::kGauge,
              "1",
              {"phase"},
              "Tokens per second of the last batch, by phase."},
    MetricRow{"assay_kv_cache_bytes_per_sequence",
              MetricType::kGauge,
              "bytes",
              {},
              "Memory of keys and values of one sequence of the last batch."},
    MetricRow{
        "assay_inference_joules_per_token",
        MetricType::kGauge,
        "joules",
        {},
        "Energy of the last batch over its generated tokens; absent where it is not measured."},
    MetricRow{"assay_inference_price_per_million_tokens",
              MetricType::kGauge,
              "1",
              {"currency", "phase"},
              "Device rent of a million tokens at the last batch's speed, devices always busy."}};

}  // namespace assay
