#pragma once

#include <cstdint>

#include "train/schedule_config.h"

namespace assay {

/// Learning rate of optimizer step `step` (1 is the first) of a run of `num_steps`.
/// Warm-up: lr x step / (warmup_steps + 1). Then half a cosine from lr to min_lr at
/// `decay_steps` (num_steps where 0), and min_lr after that.
/// Source: Loshchilov & Hutter 2017 (cosine); the warm-up is nanoGPT's `get_lr`.
[[nodiscard]] double learning_rate(const ScheduleConfig& config, int64_t step, int64_t num_steps);

}  // namespace assay
