#include "models/layers/rms_norm.h"

#include "models/layers/fresh_weight.h"

namespace assay::models {

RmsNormImpl::RmsNormImpl(int64_t width, double eps) : eps_(eps) {
  weight = register_parameter("weight", fresh_weight({width}, 1));
}

at::Tensor RmsNormImpl::forward(const at::Tensor& x) const {
  return kernels::rms_norm(x, weight, eps_);
}

kernels::NormedSum RmsNormImpl::add(const at::Tensor& x, const at::Tensor& added) const {
  return kernels::add_rms_norm(x, added, weight, eps_);
}

}  // namespace assay::models
