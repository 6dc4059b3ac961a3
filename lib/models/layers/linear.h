#pragma once

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>

namespace assay::models {

/// y = x W^T + b. Weight [out, in]; the owner fills the weights.
class LinearImpl : public torch::nn::Module {
 public:
  LinearImpl(int64_t in, int64_t out, bool with_bias);

  /// x [N, in] to [N, out], in the weight's dtype.
  at::Tensor forward(const at::Tensor& x) const;

  at::Tensor weight;
  at::Tensor bias;  ///< undefined without bias
};
TORCH_MODULE(Linear);

}  // namespace assay::models
