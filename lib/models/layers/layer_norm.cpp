#include "models/layers/layer_norm.h"

#include <ATen/ops/layer_norm.h>

#include "models/layers/fresh_weight.h"

namespace assay::models {

LayerNormImpl::LayerNormImpl(int64_t width, bool with_bias, double eps) : eps_(eps) {
  weight = register_parameter("weight", fresh_weight({width}, 1));
  if (with_bias) bias = register_parameter("bias", fresh_weight({width}, 0));
}

at::Tensor LayerNormImpl::forward(const at::Tensor& x) const {
  return at::layer_norm(x, {weight.numel()}, weight, bias, eps_);
}

}  // namespace assay::models
