#include "models/layers/decoder.h"

#include <ATen/ATen.h>
#include <ATen/record_function.h>
#include <fmt/format.h>

#include "models/initialise.h"
#include "models/layers/lm_head.h"
#include "models/layers/mixture.h"

// Shapes: B sequences, T positions, N = B x T tokens, D width.
namespace assay::models {

Decoder::Decoder(const DecoderShape& shape, const MakeAttention& attention,
                 const MakeFeedForward& feed_forward, uint64_t seed)
    : shape_(shape) {
  embed_tokens_ = register_module("embed_tokens", Embedding(shape.vocab_size, shape.d_model));
  add_layers(attention, feed_forward);
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

void Decoder::add_layers(const MakeAttention& attention, const MakeFeedForward& feed_forward) {
  const auto keep_mixture = [&](int64_t layer, FeedForward& part) {
    if (part.as<MixtureImpl>() == nullptr) return;
    mixtures_.push_back(&part);
    mixture_layers_.push_back(layer);
  };
  for (int64_t layer = 0; layer < shape_.num_layers; ++layer) {
    layers_.push_back(register_module(fmt::format("layers_{}", layer),
                                      DecoderBlock(shape_, attention(layer), feed_forward(layer))));
    keep_mixture(layer, layers_.back()->feed_forward());
  }
  for (int64_t depth = 0; depth < shape_.num_multi_token; ++depth) {
    const int64_t layer = shape_.num_layers + depth;
    multi_tokens_.push_back(
        register_module(fmt::format("multi_token_{}", depth),
                        MultiToken(shape_, attention(layer), feed_forward(layer))));
    keep_mixture(layer, multi_tokens_.back()->feed_forward());
  }
}

const at::Tensor& Decoder::head_weight() const {
  return lm_head_.is_empty() ? embed_tokens_->weight : lm_head_->weight;
}

at::Tensor Decoder::embedded(const at::Tensor& tokens) {
  const auto gradient =
      lm_head_.is_empty() ? kernels::EmbeddingGradient::kRows : kernels::EmbeddingGradient::kDense;
  return embed_tokens_(tokens, gradient).view({-1, shape_.d_model});
}

at::Tensor Decoder::hidden(const at::Tensor& tokens, const SequenceContext& context,
                           const kernels::RotaryAngles& angles, MixtureOutputs& mixtures) {
  at::Tensor x_ND;
  {
    RECORD_USER_SCOPE("layer/embedding");
    x_ND = embedded(tokens);
  }
  for (DecoderBlock& layer : layers_) {
    FeedForwardOutput output = layer(x_ND, context, angles);
    x_ND = output.hidden;
    mixtures.add(output);
  }
  return norm_(x_ND);
}

at::Tensor Decoder::multi_token_loss(const Batch& batch, const LmOutput& output, at::Tensor hidden,
                                     const SequenceContext& context,
                                     const kernels::RotaryAngles& angles,
                                     MixtureOutputs& mixtures) {
  at::Tensor sum = at::zeros_like(output.loss_sum);
  int64_t depth = 0;
  for (MultiToken& part : multi_tokens_) {
    const Batch moved = multi_token_batch(batch, ++depth);
    FeedForwardOutput predicted = part(embedded(moved.tokens), hidden, context, angles);
    hidden = predicted.hidden;
    mixtures.add(predicted);
    sum = sum + lm_loss(hidden, head_weight(), moved).loss_sum;
  }
  const at::Tensor num_targets = output.num_targets.clamp_min(1);
  return sum * (shape_.multi_token_weight / static_cast<double>(depth)) / num_targets;
}

LmOutput Decoder::forward(const Batch& batch) {
  TORCH_CHECK(batch.tokens.size(1) <= shape_.max_seq_len,
              "[models] sequence is longer than the context: ", batch.tokens.size(1), " > ",
              shape_.max_seq_len);
  const SequenceContext context = training_context(batch, recompute());
  const kernels::RotaryAngles angles = rotary_positions(context.positions, shape_.rotary);
  MixtureOutputs mixtures;
  const at::Tensor hidden_ND = hidden(batch.tokens, context, angles, mixtures);
  LmOutput output = lm_loss(hidden_ND, head_weight(), batch);
  at::Tensor further;
  if (!multi_tokens_.empty()) {
    further = multi_token_loss(batch, output, hidden_ND, context, angles, mixtures);
  }
  mixtures.finish(output, shape_.pooled_balance_weight, batch.tokens.numel());
  if (further.defined()) {
    output.aux_loss = output.aux_loss.defined() ? output.aux_loss + further : further;
  }
  return output;
}

at::Tensor Decoder::decode(const at::Tensor& tokens, DecodeState& state) {
  const SequenceContext context = decoding_context(tokens, state, shape_.max_seq_len);
  MixtureOutputs mixtures;
  const at::Tensor hidden_ND =
      hidden(tokens, context, rotary_positions(context.positions, shape_.rotary), mixtures);
  state.num_tokens += tokens.size(1);
  return lm_logits(hidden_ND, head_weight(), context);
}

at::Tensor Decoder::selection_bias() const {
  std::vector<at::Tensor> biases;
  for (const FeedForward* mixture : mixtures_) {
    const at::Tensor bias = mixture->selection_bias();
    if (bias.defined()) biases.push_back(bias);
  }
  return biases.empty() ? at::Tensor() : at::stack(biases);
}

void Decoder::after_step(const at::Tensor& tokens_per_expert) {
  for (size_t i = 0; i < mixtures_.size(); ++i) {
    mixtures_[i]->after_step(tokens_per_expert.select(0, static_cast<int64_t>(i)));
  }
}

}  // namespace assay::models
