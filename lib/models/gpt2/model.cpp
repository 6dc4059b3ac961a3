#include "models/gpt2/model.h"

#include <ATen/ATen.h>
#include <ATen/record_function.h>
#include <fmt/format.h>

#include <cmath>

#include "kernels/gelu.h"
#include "models/gpt2/hf.h"
#include "models/initialise.h"
#include "models/layers/attention.h"
#include "models/layers/lm_head.h"
#include "models/layers/recomputed_parts.h"
#include "specs/family.h"

// Shapes: B sequences, T positions, N = B x T tokens, D width, H heads, d features of a head.
namespace assay {

using models::SequenceContext;

Gpt2BlockImpl::Gpt2BlockImpl(const Gpt2Config& config, int64_t layer)
    : layer_(layer), num_heads_(config.num_heads) {
  const int64_t width = config.d_model;
  ln_1_ = register_module("ln_1", models::LayerNorm(width, config.bias, config.norm_eps));
  c_attn_ = register_module("c_attn", models::Linear(width, 3 * width, config.bias));
  c_proj_ = register_module("c_proj", models::Linear(width, width, config.bias));
  ln_2_ = register_module("ln_2", models::LayerNorm(width, config.bias, config.norm_eps));
  mlp_c_fc_ = register_module("mlp_c_fc", models::Linear(width, config.d_ff, config.bias));
  mlp_c_proj_ = register_module("mlp_c_proj", models::Linear(config.d_ff, width, config.bias));
}

at::Tensor Gpt2BlockImpl::attend(const at::Tensor& x, const SequenceContext& context) {
  const auto core = [this, context](const std::vector<at::Tensor>& projected) {
    const auto parts =
        projected[0].view({context.batch, context.seq_len, 3, num_heads_, -1}).unbind(2);
    return models::attention({parts[0], parts[1], parts[2]}, context, layer_);
  };
  return c_proj_(models::run_attention_core(context, core, {c_attn_(x)}));
}

at::Tensor Gpt2BlockImpl::forward(const at::Tensor& x, const SequenceContext& context) {
  const auto body = [this, context](const at::Tensor& input) {
    return models::FeedForwardOutput{.hidden = transform(input, context)};
  };
  return models::run_block(context, body, x).hidden;
}

at::Tensor Gpt2BlockImpl::transform(const at::Tensor& x, const SequenceContext& context) {
  at::Tensor mixed_ND;
  {
    RECORD_USER_SCOPE("layer/attention");
    mixed_ND = x + attend(ln_1_(x), context);
  }
  RECORD_USER_SCOPE("layer/mlp");
  return mixed_ND + mlp_c_proj_(kernels::gelu_tanh(mlp_c_fc_(ln_2_(mixed_ND))));
}

Gpt2Model::Gpt2Model(const Gpt2Config& config, uint64_t seed) : config_(config) {
  wte_ = register_module("wte", models::Embedding(config.vocab_size, config.d_model));
  wpe_ = register_module("wpe", models::Embedding(config.max_seq_len, config.d_model));
  for (int64_t layer = 0; layer < config.num_layers; ++layer) {
    blocks_.push_back(register_module(fmt::format("h_{}", layer), Gpt2Block(config, layer)));
  }
  ln_f_ = register_module("ln_f", models::LayerNorm(config.d_model, config.bias, config.norm_eps));
  const double residual_std =
      config.init_std / std::sqrt(2.0 * static_cast<double>(config.num_layers));
  const at::NoGradGuard no_grad;
  for (const auto& parameter : named_parameters()) {
    if (parameter.value().dim() < 2) continue;
    const bool writes_residual = parameter.key().ends_with("c_proj.weight");
    fill_normal(parameter.value(), writes_residual ? residual_std : config.init_std, seed,
                parameter.key());
  }
}

at::Tensor Gpt2Model::hidden(const at::Tensor& tokens, const SequenceContext& context) {
  at::Tensor x_ND;
  {
    RECORD_USER_SCOPE("layer/embedding");
    const at::Tensor token_ND = wte_(tokens, kernels::EmbeddingGradient::kRows);
    x_ND = (token_ND + wpe_(context.positions)).view({-1, config_.d_model});
  }
  for (Gpt2Block& block : blocks_) x_ND = block(x_ND, context);
  return ln_f_(x_ND);
}

LmOutput Gpt2Model::forward(const Batch& batch) {
  TORCH_CHECK(batch.tokens.size(1) <= config_.max_seq_len,
              "[models] sequence is longer than the learned positions: ", batch.tokens.size(1),
              " > ", config_.max_seq_len);
  const SequenceContext context = models::training_context(batch, recompute());
  return models::lm_loss(hidden(batch.tokens, context), wte_->weight, batch);
}

at::Tensor Gpt2Model::decode(const at::Tensor& tokens, DecodeState& state) {
  const SequenceContext context = models::decoding_context(tokens, state, config_.max_seq_len);
  const at::Tensor hidden_ND = hidden(tokens, context);
  state.num_tokens += tokens.size(1);
  return models::lm_logits(hidden_ND, wte_->weight, context);
}

ModelFamily gpt2_model_family() {
  return {.name = Gpt2Config::kFamily,
          .make = [](const TomlTable& table, uint64_t seed) -> std::shared_ptr<LanguageModel> {
            return std::make_shared<Gpt2Model>(model_config_from<Gpt2Config>(table), seed);
          },
          .hf_weights =
              [](const TomlTable& table, const HfContains& contains) {
                return gpt2_hf_weights(model_config_from<Gpt2Config>(table), contains);
              }};
}

}  // namespace assay
