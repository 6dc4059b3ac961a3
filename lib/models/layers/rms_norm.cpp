#include "models/layers/rms_norm.h"

#include <ATen/ops/ones.h>

#include "kernels/rms_norm.h"

namespace assay::models {

RmsNormImpl::RmsNormImpl(int64_t width, double eps) : eps_(eps) {
  weight = register_parameter("weight", at::ones({width}));
}

at::Tensor RmsNormImpl::forward(const at::Tensor& x) const {
  return kernels::rms_norm(x, weight, eps_);
}

}  // namespace assay::models
