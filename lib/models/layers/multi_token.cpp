#include "models/layers/multi_token.h"

#include <ATen/ATen.h>

// Shapes: B sequences, T positions, N = B x T tokens, D width.
namespace assay::models {
namespace {

/// x [B, T] moved `places` to the front, with `filler` behind.
at::Tensor shifted(const at::Tensor& x, int64_t places, double filler) {
  const int64_t length = x.size(1);
  if (places >= length) return at::full_like(x, filler);
  return at::cat({x.slice(1, places), at::full_like(x.slice(1, 0, places), filler)}, 1);
}

}  // namespace

MultiTokenImpl::MultiTokenImpl(const DecoderShape& shape, std::shared_ptr<AttentionLayer> attention,
                               std::shared_ptr<FeedForward> feed_forward) {
  const int64_t d = shape.d_model;
  embedding_norm_ = register_module("embedding_norm", RmsNorm(d, shape.norm_eps));
  hidden_norm_ = register_module("hidden_norm", RmsNorm(d, shape.norm_eps));
  eh_proj_ = register_module("eh_proj", Linear(2 * d, d, false));
  block_ =
      register_module("block", DecoderBlock(shape, std::move(attention), std::move(feed_forward)));
  norm_ = register_module("norm", RmsNorm(d, shape.norm_eps));
}

FeedForwardOutput MultiTokenImpl::forward(const at::Tensor& embedded, const at::Tensor& hidden,
                                          const SequenceContext& context,
                                          const kernels::RotaryAngles& angles) {
  const at::Tensor pair_N2D = at::cat({embedding_norm_(embedded), hidden_norm_(hidden)}, -1);
  FeedForwardOutput output = block_(eh_proj_(pair_N2D), context, angles);
  output.hidden = norm_(output.hidden);
  return output;
}

Batch multi_token_batch(const Batch& batch, int64_t depth) {
  Batch moved{.tokens = shifted(batch.tokens, depth, 0),
              .targets = shifted(batch.targets, depth, -1)};
  if (batch.loss_weight) moved.loss_weight = shifted(*batch.loss_weight, depth, 0);
  if (batch.document_ids) {
    const at::Tensor same = shifted(*batch.document_ids, depth, -1).eq(*batch.document_ids);
    moved.targets = moved.targets.masked_fill(
        kernels::brought_to(same.logical_not(), moved.targets.device()), -1);
  }
  return moved;
}

}  // namespace assay::models
