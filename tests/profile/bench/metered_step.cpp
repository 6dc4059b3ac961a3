#include "metered_step.h"

#include <utility>

namespace assay {

StepProfile profiled_step(StepProfiler& profiler) {
  profiler.begin_step();
  for (int micro = 0; micro < 4; ++micro) {
    for (const Phase phase : {Phase::kData, Phase::kForward, Phase::kBackward}) {
      profiler.enter(phase);
    }
  }
  for (const Phase phase : {Phase::kComm, Phase::kOptimizer, Phase::kOther}) profiler.enter(phase);
  profiler.end_step();
  return profiler.take_finished().value();
}

StepRecord record_of(int64_t step, StepProfile profile) {
  StepRecord record{.stage = "pretrain",
                    .step = step,
                    .time_unix_s = 1.8e9 + 0.02 * static_cast<double>(step),
                    .tokens = Tokens(4096),
                    .loss = 2.345678901234567,
                    .grad_norm = 1.234567890123456,
                    .learning_rate = 3e-4};
  record.profile = std::move(profile);
  for (int layer = 0; layer < 8; ++layer) {
    record.tokens_per_expert.push_back({1100, 1000, 900, 1200, 800, 1050, 950, 1192});
  }
  return record;
}

RunManifest metered_manifest() {
  RunManifest manifest{.run_id = "bench", .started_unix_s = 1.8e9};
  manifest.devices = {{.kind = "cuda", .name = "NVIDIA H100 80GB HBM3", .uuid = "GPU-1"}};
  return manifest;
}

MetricsFacts metered_facts() {
  return {.flops_per_token = {{"exact_causal", Flops(6e9)},
                              {"exact_full", Flops(7e9)},
                              {"six_nd", Flops(5.5e9)}},
          .peak = MetricsPeak{"bf16_dense", FlopsPerSecond(989.4e12)},
          .price_per_device_hour = Money{2.0, "USD", ""}};
}

}  // namespace assay
