#include "train/schedule.h"

#include <cmath>
#include <numbers>

namespace assay {

double learning_rate(const ScheduleConfig& config, int64_t step, int64_t num_steps) {
  const int64_t steps_before = step - 1;
  if (steps_before < config.warmup_steps) {
    return config.lr * static_cast<double>(step) / static_cast<double>(config.warmup_steps + 1);
  }
  const int64_t decay_steps = config.decay_steps > 0 ? config.decay_steps : num_steps;
  if (steps_before >= decay_steps) return config.min_lr;
  const double progress = static_cast<double>(steps_before - config.warmup_steps) /
                          static_cast<double>(decay_steps - config.warmup_steps);
  const double share = 0.5 * (1.0 + std::cos(std::numbers::pi * progress));
  return config.min_lr + share * (config.lr - config.min_lr);
}

}  // namespace assay
