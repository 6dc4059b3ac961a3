#pragma once

#include <ATen/core/Tensor.h>

#include "distributed/comm.h"
#include "models/language_model.h"

namespace assay {

/// What the micro-batches of one step add up to, on the device.
class StepSums {
 public:
  explicit StepSums(at::Device device);

  /// Takes in a micro-batch and gives what to differentiate: sum of cross-entropies plus the
  /// auxiliary loss per token times its tokens. Dividing the gradients by `num_targets` of the
  /// whole step gives the mean over all micro-batches and ranks.
  at::Tensor add(const LmOutput& output);
  void reduce(const Comm& comm);

  [[nodiscard]] at::Tensor loss_sum() const { return figures_[0]; }     ///< fp64 []
  [[nodiscard]] at::Tensor num_targets() const { return figures_[1]; }  ///< fp64 []
  [[nodiscard]] at::Tensor aux_sum() const { return figures_[2]; }      ///< fp64 []
  /// int64 [moe_layers, E]; undefined for dense models.
  [[nodiscard]] const at::Tensor& tokens_per_expert() const { return tokens_per_expert_; }
  /// LmOutput::router_sums, fp64 [moe_layers, 3]; undefined for dense models.
  [[nodiscard]] const at::Tensor& router_sums() const { return router_sums_; }

 private:
  at::Tensor figures_;  ///< fp64 [3]
  at::Tensor tokens_per_expert_;
  at::Tensor router_sums_;
};

}  // namespace assay
