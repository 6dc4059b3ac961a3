#include "models/olmoe/model.h"

#include <ATen/ATen.h>
#include <ATen/record_function.h>
#include <fmt/format.h>

#include <numeric>

#include "models/initialise.h"
#include "models/layers/attention.h"
#include "models/layers/lm_head.h"
#include "models/layers/recomputed_parts.h"
#include "models/olmoe/hf.h"
#include "specs/family.h"

// Shapes: B sequences, T positions, N = B x T tokens, D width, H heads, G heads of keys and values,
// d features of a head.
namespace assay {

using kernels::RotaryAngles;
using models::SequenceContext;

namespace {

models::MixtureShape mixture_shape(const OlmoeConfig& config) {
  return {.router = {.d_model = config.d_model,
                     .num_experts = config.num_experts,
                     .top_k = config.top_k,
                     .renormalize = config.renormalize,
                     .forced_balance = config.dispatch.forced_balance},
          .d_expert = config.d_expert,
          .capacity_factor = config.dispatch.capacity_factor,
          .losses = {.load_balance = config.aux_loss_weight,
                     .pooled = config.hf_compat,
                     .z = config.z_loss_weight}};
}

}  // namespace

OlmoeLayerImpl::OlmoeLayerImpl(const OlmoeConfig& config, int64_t layer)
    : config_(config), layer_(layer) {
  const int64_t width = config.d_model;
  const int64_t kv_width = config.num_kv_heads * config.d_head();
  attention_norm_ = register_module("attention_norm", models::RmsNorm(width, config.norm_eps));
  qkv_ = register_module("qkv", models::Linear(width, width + 2 * kv_width, false));
  q_norm_ = register_module("q_norm", models::RmsNorm(width, config.norm_eps));
  k_norm_ = register_module("k_norm", models::RmsNorm(kv_width, config.norm_eps));
  out_ = register_module("out", models::Linear(width, width, false));
  mixture_norm_ = register_module("mixture_norm", models::RmsNorm(width, config.norm_eps));
  mixture_ = register_module("mixture", models::Mixture(mixture_shape(config)));
}

at::Tensor OlmoeLayerImpl::attend(const at::Tensor& x, const SequenceContext& context,
                                  const RotaryAngles& angles) {
  const auto core = [this, context, angles](const std::vector<at::Tensor>& projected) {
    return attended(projected[0], context, angles);
  };
  return out_(models::run_attention_core(context, core, {qkv_(x)}));
}

at::Tensor OlmoeLayerImpl::attended(const at::Tensor& qkv, const SequenceContext& context,
                                    const RotaryAngles& angles) {
  const int64_t kv_width = config_.num_kv_heads * config_.d_head();
  const auto parts = qkv.split_with_sizes({config_.d_model, kv_width, kv_width}, -1);
  const auto heads = [&](const at::Tensor& part) {
    return part.view({context.batch, context.seq_len, -1, config_.d_head()});
  };
  const at::Tensor q_BTHd = kernels::rotate_half(heads(q_norm_(parts[0])), angles);
  const at::Tensor k_BTGd = kernels::rotate_half(heads(k_norm_(parts[1])), angles);
  return models::attention({q_BTHd, k_BTGd, heads(parts[2])}, context, layer_);
}

models::FeedForwardOutput OlmoeLayerImpl::forward(const at::Tensor& x,
                                                  const SequenceContext& context,
                                                  const RotaryAngles& angles) {
  const auto body = [this, context, angles](const at::Tensor& input) {
    return transform(input, context, angles);
  };
  return models::run_block(context, body, x);
}

models::FeedForwardOutput OlmoeLayerImpl::transform(const at::Tensor& x,
                                                    const SequenceContext& context,
                                                    const RotaryAngles& angles) {
  kernels::NormedSum mixed;
  {
    RECORD_USER_SCOPE("layer/attention");
    mixed = mixture_norm_->add(x, attend(attention_norm_(x), context, angles));
  }
  RECORD_USER_SCOPE("layer/mlp");
  models::FeedForwardOutput output = mixture_->forward(mixed.normed, context);
  output.hidden = mixed.sum + output.hidden;
  return output;
}

OlmoeModel::OlmoeModel(const OlmoeConfig& config, uint64_t seed) : config_(config) {
  embed_tokens_ =
      register_module("embed_tokens", models::Embedding(config.vocab_size, config.d_model));
  for (int64_t layer = 0; layer < config.num_layers; ++layer) {
    layers_.push_back(register_module(fmt::format("layers_{}", layer), OlmoeLayer(config, layer)));
  }
  norm_ = register_module("norm", models::RmsNorm(config.d_model, config.norm_eps));
  if (!config.tie_embeddings) {
    lm_head_ = register_module("lm_head", models::Linear(config.d_model, config.vocab_size, false));
  }
  const at::NoGradGuard no_grad;
  for (const auto& parameter : named_parameters()) {
    if (parameter.value().dim() < 2) continue;
    fill_normal(parameter.value(), config.init_std, seed, parameter.key());
  }
}

const at::Tensor& OlmoeModel::head_weight() const {
  return lm_head_.is_empty() ? embed_tokens_->weight : lm_head_->weight;
}

at::Tensor OlmoeModel::hidden(const at::Tensor& tokens, const SequenceContext& context,
                              models::MixtureOutputs& mixtures) {
  const RotaryAngles angles =
      kernels::rotary_angles(context.positions, config_.d_head(), config_.rope_theta);
  at::Tensor x_ND;
  {
    RECORD_USER_SCOPE("layer/embedding");
    x_ND = embed_tokens_(tokens).view({-1, config_.d_model});
  }
  for (OlmoeLayer& layer : layers_) {
    models::FeedForwardOutput output = layer(x_ND, context, angles);
    x_ND = output.hidden;
    mixtures.add(output);
  }
  return norm_(x_ND);
}

LmOutput OlmoeModel::forward(const Batch& batch) {
  TORCH_CHECK(batch.tokens.size(1) <= config_.max_seq_len,
              "[models] sequence is longer than the context: ", batch.tokens.size(1), " > ",
              config_.max_seq_len);
  models::MixtureOutputs mixtures;
  const at::Tensor hidden_ND =
      hidden(batch.tokens, models::training_context(batch, recompute()), mixtures);
  LmOutput output = models::lm_loss(hidden_ND, head_weight(), batch);
  mixtures.finish(output, config_.aux_loss_weight, batch.tokens.numel());
  return output;
}

at::Tensor OlmoeModel::decode(const at::Tensor& tokens, DecodeState& state) {
  const SequenceContext context = models::decoding_context(tokens, state, config_.max_seq_len);
  models::MixtureOutputs mixtures;
  const at::Tensor hidden_ND = hidden(tokens, context, mixtures);
  state.num_tokens += tokens.size(1);
  return models::lm_logits(hidden_ND, head_weight(), context);
}

std::vector<int64_t> OlmoeModel::mixture_layers() const {
  std::vector<int64_t> layers(layers_.size());
  std::iota(layers.begin(), layers.end(), 0);
  return layers;
}

ModelFamily olmoe_model_family() {
  return {.name = OlmoeConfig::kFamily,
          .make = [](const TomlTable& table, uint64_t seed) -> std::shared_ptr<LanguageModel> {
            return std::make_shared<OlmoeModel>(model_config_from<OlmoeConfig>(table), seed);
          },
          .hf_weights =
              [](const TomlTable& table, const HfContains& contains) {
                return olmoe_hf_weights(model_config_from<OlmoeConfig>(table), contains);
              }};
}

}  // namespace assay
