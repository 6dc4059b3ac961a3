#pragma once

#include <cstdint>

#include "config/config.h"
#include "config/key_conflict.h"

namespace assay {

/// The learning rate over a run; see schedule.h for the formula.
struct ScheduleConfig {
  double lr = 1e-3;
  double min_lr = 1e-4;
  int64_t warmup_steps = 100;
  int64_t decay_steps = 0;

  template <class V>
  void fields(V& visit) {
    visit("lr", lr, "highest learning rate", above(0));
    visit("min_lr", min_lr, "learning rate at the end of the cosine", at_least(0));
    visit("warmup_steps", warmup_steps, "steps of linear warm-up", at_least(0));
    visit("decay_steps", decay_steps, "step at which the cosine ends; 0: the run's last step",
          at_least(0));
  }
  void validate(const FieldPlaces& at) const {
    if (min_lr > lr) fail_among(at, {"min_lr", "lr"}, "min_lr is above lr");
    if (decay_steps > 0 && decay_steps <= warmup_steps) {
      fail_among(at, {"decay_steps", "warmup_steps"}, "decay_steps is not after warmup_steps");
    }
  }
};

}  // namespace assay
