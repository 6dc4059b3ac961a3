#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "record/step_record.h"
#include "train/adamw.h"
#include "train/step_sums.h"

namespace assay {

/// The figures of one step on their way from the device. Complete once the device has passed the
/// end of the step.
class StepFigures {
 public:
  /// Starts the copies to the host; waits for nothing. The model's mixture_layers() are as many as
  /// the rows of the sums' tokens_per_expert; `selection_bias` is the model's after the step, or
  /// undefined.
  StepFigures(int64_t step, double learning_rate, const StepSums& sums, const UpdateStats& update,
              std::vector<int64_t> mixture_layers, const at::Tensor& selection_bias);

  /// The record of the finished step, which was read at `time_unix_s`. `loss` and `aux_loss` are
  /// means over the step's targets.
  [[nodiscard]] StepRecord read(const StepProfile& profile, double time_unix_s) const;

 private:
  int64_t step_;
  double learning_rate_;
  std::vector<int64_t> mixture_layers_;
  at::Tensor figures_;  ///< fp64 [5] on the host: loss, targets, aux, norm, skipped
  // On the host, or undefined.
  at::Tensor tokens_per_expert_;  ///< int64 [moe_layers, E]
  at::Tensor router_sums_;        ///< fp64 [moe_layers, 3]
  at::Tensor selection_bias_;     ///< fp32 [moe_layers, E]
};

}  // namespace assay
