#include "models/deepseek/model.h"

#include "models/decoder_family.h"
#include "models/deepseek/hf.h"
#include "models/layers/latent_attention.h"
#include "models/layers/mixture.h"
#include "specs/families/deepseek.h"
#include "specs/family.h"

namespace assay {
namespace {

models::DecoderShape decoder_shape(const DeepseekConfig& config) {
  return {.num_layers = config.num_layers,
          .d_model = config.d_model,
          .vocab_size = config.vocab_size,
          .max_seq_len = config.max_seq_len,
          .norm_eps = config.norm_eps,
          .init_std = config.init_std,
          .rotary = {.width = config.latent ? config.latent->d_rope : config.multi_head->d_head,
                     .theta = config.rope_theta,
                     .scaling = config.rope_scaling},
          .num_multi_token = config.num_multi_token(),
          .multi_token_weight = config.multi_token ? config.multi_token->loss_weight : 0};
}

models::LatentShape latent_shape(const DeepseekConfig& config) {
  const LatentAttention& latent = *config.latent;
  models::LatentShape shape{.d_model = config.d_model,
                            .num_heads = config.num_heads,
                            .q_lora_rank = latent.q_lora_rank,
                            .kv_lora_rank = latent.kv_lora_rank,
                            .d_nope = latent.d_nope,
                            .d_rope = latent.d_rope,
                            .d_v = latent.d_v,
                            .norm_eps = config.norm_eps};
  if (config.rope_scaling && config.rope_scaling->type == "yarn") {
    shape.temperature = models::yarn_temperature(config.rope_scaling->factor,
                                                 config.rope_scaling->mscale_all_dim.value_or(0));
  }
  return shape;
}

models::MakeAttention make_attention(const DeepseekConfig& config) {
  if (config.latent) {
    return [shape = latent_shape(config)](int64_t layer) {
      return std::make_shared<models::LatentAttentionImpl>(shape, layer);
    };
  }
  return models::every_block({.d_model = config.d_model,
                              .num_heads = config.num_heads,
                              .num_kv_heads = config.multi_head->num_kv_heads,
                              .d_head = config.multi_head->d_head,
                              .d_rotary = config.multi_head->d_head});
}

models::MixtureShape mixture_shape(const DeepseekConfig& config) {
  const DeepseekRouter& router = config.router;
  return {.router = {.d_model = config.d_model,
                     .num_experts = config.num_experts,
                     .top_k = config.top_k,
                     .scoring = router.scoring == "sigmoid" ? models::Scoring::kSigmoid
                                                            : models::Scoring::kSoftmax,
                     .selection_bias = router.selection_bias,
                     .selection_bias_speed = router.bias_speed,
                     .num_groups = router.num_groups,
                     .top_groups = router.top_groups,
                     .renormalize = router.renormalize,
                     .routed_scale = router.routed_scale,
                     .forced_balance = config.dispatch.forced_balance},
          .d_expert = config.d_expert,
          .d_shared = config.num_shared_experts * config.d_expert,
          .capacity_factor = config.dispatch.capacity_factor,
          .losses = {.sequence_balance = router.sequence_balance_weight}};
}

std::shared_ptr<LanguageModel> make_deepseek(const TomlTable& table, uint64_t seed) {
  const auto config = model_config_from<DeepseekConfig>(table);
  const models::MixtureShape mixture = mixture_shape(config);
  return std::make_shared<models::Decoder>(
      decoder_shape(config), make_attention(config),
      [&](int64_t layer) -> std::shared_ptr<models::FeedForward> {
        if (layer >= config.num_dense_layers) return std::make_shared<models::MixtureImpl>(mixture);
        return std::make_shared<models::GatedMlpImpl>(config.d_model, config.d_ff);
      },
      seed);
}

}  // namespace

ModelFamily deepseek_model_family() {
  return {.name = DeepseekConfig::kFamily,
          .make = make_deepseek,
          .hf_weights = [](const TomlTable& table, const HfContains& contains) {
            return deepseek_hf_weights(model_config_from<DeepseekConfig>(table), contains);
          }};
}

}  // namespace assay
