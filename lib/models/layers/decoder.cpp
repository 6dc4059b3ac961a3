#include "models/layers/decoder.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "models/initialise.h"
#include "models/layers/lm_head.h"
#include "models/layers/mixture.h"

// Shapes: B sequences, T positions, N = B x T tokens, D width.
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
  const bool behind = norm_place_ == NormPlace::kBehind;
  const at::Tensor mixed_ND = behind ? x + attention_norm_(attention_->forward(x, context, angles))
                                     : x + attention_->forward(attention_norm_(x), context, angles);
  FeedForwardOutput output =
      feed_forward_->forward(behind ? mixed_ND : feed_forward_norm_(mixed_ND), context);
  output.hidden = mixed_ND + (behind ? feed_forward_norm_(output.hidden) : output.hidden);
  return output;
}

Decoder::Decoder(const DecoderShape& shape, const MakeAttention& attention,
                 const MakeFeedForward& feed_forward, uint64_t seed)
    : shape_(shape) {
  embed_tokens_ = register_module("embed_tokens", Embedding(shape.vocab_size, shape.d_model));
  for (int64_t layer = 0; layer < shape.num_layers; ++layer) {
    std::shared_ptr<FeedForward> part = feed_forward(layer);
    if (part->as<MixtureImpl>() != nullptr) mixture_layers_.push_back(layer);
    layers_.push_back(register_module(fmt::format("layers_{}", layer),
                                      DecoderBlock(shape, attention(layer), std::move(part))));
  }
  norm_ = register_module("norm", RmsNorm(shape.d_model, shape.norm_eps));
  if (!shape.tie_embeddings) {
    lm_head_ = register_module("lm_head", Linear(shape.d_model, shape.vocab_size, false));
  }
  const at::NoGradGuard no_grad;
  for (const auto& parameter : named_parameters()) {
    if (parameter.value().dim() < 2 || parameter.key().ends_with("bias")) continue;
    fill_normal(parameter.value(), shape.init_std, seed, parameter.key());
  }
}

const at::Tensor& Decoder::head_weight() const {
  return lm_head_.is_empty() ? embed_tokens_->weight : lm_head_->weight;
}

at::Tensor Decoder::hidden(const at::Tensor& tokens, const SequenceContext& context,
                           std::vector<at::Tensor>& counts, std::vector<at::Tensor>& aux_losses) {
  const kernels::RotaryAngles angles = rotary_positions(context.positions, shape_.rotary);
  at::Tensor x_ND = embed_tokens_(tokens).view({-1, shape_.d_model});
  for (DecoderBlock& layer : layers_) {
    FeedForwardOutput output = layer(x_ND, context, angles);
    x_ND = output.hidden;
    if (output.tokens_per_expert.defined()) counts.push_back(output.tokens_per_expert);
    if (output.aux_loss.defined()) aux_losses.push_back(output.aux_loss);
  }
  return norm_(x_ND);
}

LmOutput Decoder::forward(const Batch& batch) {
  TORCH_CHECK(batch.tokens.size(1) <= shape_.max_seq_len,
              "[models] sequence is longer than the context: ", batch.tokens.size(1), " > ",
              shape_.max_seq_len);
  std::vector<at::Tensor> counts;
  std::vector<at::Tensor> aux_losses;
  const at::Tensor hidden_ND = hidden(batch.tokens, training_context(batch), counts, aux_losses);
  LmOutput output = lm_loss(hidden_ND, head_weight(), batch);
  if (!aux_losses.empty()) output.aux_loss = at::stack(aux_losses).mean();
  if (!counts.empty()) output.tokens_per_expert = at::stack(counts);
  return output;
}

at::Tensor Decoder::decode(const at::Tensor& tokens, DecodeState& state) {
  const SequenceContext context = decoding_context(tokens, state, shape_.max_seq_len);
  std::vector<at::Tensor> counts;
  std::vector<at::Tensor> aux_losses;
  const at::Tensor hidden_ND = hidden(tokens, context, counts, aux_losses);
  state.num_tokens += tokens.size(1);
  return lm_logits(hidden_ND, head_weight(), context.batch, context.seq_len);
}

void Decoder::after_step(const at::Tensor& tokens_per_expert) {
  for (size_t i = 0; i < mixture_layers_.size(); ++i) {
    layers_[static_cast<size_t>(mixture_layers_[i])]->feed_forward().after_step(
        tokens_per_expert.select(0, static_cast<int64_t>(i)));
  }
}

}  // namespace assay::models
