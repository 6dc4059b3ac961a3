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

  /// Computes the products from here on in fp8 (kernels/fp8_linear.h).
  void use_fp8() { fp8_ = true; }

  at::Tensor weight;
  at::Tensor bias;  ///< undefined without bias

 private:
  bool fp8_ = false;
};
TORCH_MODULE(Linear);

}  // namespace assay::models
