#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>

#include "record/step_record.h"
#include "train/adamw.h"
#include "train/step_sums.h"

namespace assay {

/// The figures of one step on their way from the device. Complete once the device has passed the
/// end of the step.
class StepFigures {
 public:
  /// Starts the copies to the host; waits for nothing.
  StepFigures(int64_t step, double learning_rate, const StepSums& sums, const UpdateStats& update);

  /// The record of the finished step. `loss` and `aux_loss` are means over the step's targets.
  [[nodiscard]] StepRecord read(const StepProfile& profile) const;

 private:
  int64_t step_;
  double learning_rate_;
  at::Tensor figures_;            ///< fp64 [5] on the host: loss, targets, aux, norm, skipped
  at::Tensor tokens_per_expert_;  ///< int64 on the host, or undefined
};

}  // namespace assay
