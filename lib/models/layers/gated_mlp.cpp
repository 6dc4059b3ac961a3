#include "models/layers/gated_mlp.h"

#include "kernels/swiglu.h"

namespace assay::models {

GatedMlpImpl::GatedMlpImpl(int64_t d_model, int64_t d_ff) {
  gate_up_ = register_module("gate_up", Linear(d_model, 2 * d_ff, false));
  down_ = register_module("down", Linear(d_ff, d_model, false));
}

FeedForwardOutput GatedMlpImpl::forward(const at::Tensor& x, const SequenceContext& context) {
  static_cast<void>(context);
  return {.hidden = transform(x)};
}

at::Tensor GatedMlpImpl::transform(const at::Tensor& x) {
  return down_(kernels::swiglu(gate_up_(x)));
}

}  // namespace assay::models
