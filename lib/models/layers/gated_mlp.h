#pragma once

#include "models/layers/feed_forward.h"
#include "models/layers/linear.h"

namespace assay::models {

/// down(silu(gate(x)) x up(x)), gate and up as one weight [2F, D], no biases.
/// Source: Shazeer 2020, equation 6.
class GatedMlpImpl : public FeedForward {
 public:
  GatedMlpImpl(int64_t d_model, int64_t d_ff);

  FeedForwardOutput forward(const at::Tensor& x, const SequenceContext& context) override;
  /// x [N, D], same shape out.
  at::Tensor transform(const at::Tensor& x);

 private:
  Linear gate_up_{nullptr};
  Linear down_{nullptr};
};
TORCH_MODULE(GatedMlp);

}  // namespace assay::models
