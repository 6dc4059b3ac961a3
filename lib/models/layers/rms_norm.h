#pragma once

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>

#include "kernels/rms_norm.h"

namespace assay::models {

/// RMSNorm over the last dimension with a weight that starts at 1; see kernels/rms_norm.h.
class RmsNormImpl : public torch::nn::Module {
 public:
  RmsNormImpl(int64_t width, double eps);

  /// x [..., width], same shape and dtype out.
  at::Tensor forward(const at::Tensor& x) const;

  /// x + added, and forward of it, in one pass.
  kernels::NormedSum add(const at::Tensor& x, const at::Tensor& added) const;

  at::Tensor weight;

 private:
  double eps_;
};
TORCH_MODULE(RmsNorm);

}  // namespace assay::models
