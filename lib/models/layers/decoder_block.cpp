#include "models/layers/decoder_block.h"

#include <ATen/ATen.h>
#include <ATen/record_function.h>

#include "models/layers/recomputed_parts.h"

// Shapes: N tokens, D width.
namespace assay::models {

DecoderBlockImpl::DecoderBlockImpl(const DecoderShape& shape,
                                   std::shared_ptr<AttentionLayer> attention,
                                   std::shared_ptr<FeedForward> feed_forward)
    : norm_place_(shape.norm_place) {
  attention_norm_ = register_module("attention_norm", RmsNorm(shape.d_model, shape.norm_eps));
  attention_ = register_module("attention", std::move(attention));
  feed_forward_norm_ = register_module("feed_forward_norm", RmsNorm(shape.d_model, shape.norm_eps));
  feed_forward_ = register_module("feed_forward", std::move(feed_forward));
}

FeedForwardOutput DecoderBlockImpl::forward(const at::Tensor& x, const SequenceContext& context,
                                            const kernels::RotaryAngles& angles) {
  const auto body = [this, context, angles](const at::Tensor& input) {
    return transform(input, context, angles);
  };
  return run_block(context, body, x);
}

FeedForwardOutput DecoderBlockImpl::transform(const at::Tensor& x, const SequenceContext& context,
                                              const kernels::RotaryAngles& angles) {
  const bool behind = norm_place_ == NormPlace::kBehind;
  kernels::NormedSum mixed;
  {
    RECORD_USER_SCOPE("layer/attention");
    const at::Tensor attended_ND =
        attention_->forward(behind ? x : attention_norm_(x), context, angles);
    if (behind) {
      mixed.sum = x + attention_norm_(attended_ND);
    } else {
      mixed = feed_forward_norm_->add(x, attended_ND);
    }
  }
  RECORD_USER_SCOPE("layer/mlp");
  FeedForwardOutput output = feed_forward_->forward(behind ? mixed.sum : mixed.normed, context);
  output.hidden = mixed.sum + (behind ? feed_forward_norm_(output.hidden) : output.hidden);
  return output;
}

}  // namespace assay::models
