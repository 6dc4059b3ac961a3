#include "models/layers/linear.h"

#include "kernels/fp8_linear.h"
#include "kernels/product.h"
#include "models/layers/fresh_weight.h"

namespace assay::models {

LinearImpl::LinearImpl(int64_t in, int64_t out, bool with_bias) {
  weight = register_parameter("weight", fresh_weight({out, in}));
  if (with_bias) bias = register_parameter("bias", fresh_weight({out}, 0));
}

at::Tensor LinearImpl::forward(const at::Tensor& x) const {
  return fp8_ ? kernels::fp8_linear(x, weight, bias) : kernels::linear(x, weight, bias);
}

}  // namespace assay::models
