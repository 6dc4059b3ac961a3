#pragma once

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>

namespace assay::models {

/// LayerNorm over the last dimension; the weight starts at 1, the bias (if any) at 0. Statistics
/// are fp32. Source: Ba et al. 2016, equation 4.
class LayerNormImpl : public torch::nn::Module {
 public:
  LayerNormImpl(int64_t width, bool with_bias, double eps);

  /// x [..., width], same shape and dtype out.
  at::Tensor forward(const at::Tensor& x) const;

  at::Tensor weight;
  at::Tensor bias;  ///< undefined without bias

 private:
  double eps_;
};
TORCH_MODULE(LayerNorm);

}  // namespace assay::models
