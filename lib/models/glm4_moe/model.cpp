#include "models/glm4_moe/model.h"

#include "models/decoder_family.h"
#include "models/glm4_moe/hf.h"
#include "models/layers/mixture.h"
#include "specs/families/glm4_moe.h"
#include "specs/family.h"

namespace assay {
namespace {

int64_t rotary_width(const Glm4MoeConfig& config) {
  return static_cast<int64_t>(config.rotary_share * static_cast<double>(config.d_head));
}

models::GroupedQueryShape attention_shape(const Glm4MoeConfig& config) {
  models::GroupedQueryShape shape = models::grouped_query_shape(config);
  shape.d_rotary = rotary_width(config);
  shape.qkv_bias = config.qkv_bias;
  if (config.qk_norm) shape.qk_norm = models::QkNorm::kHead;
  return shape;
}

models::MixtureShape mixture_shape(const Glm4MoeConfig& config) {
  return {.router = {.d_model = config.d_model,
                     .num_experts = config.num_experts,
                     .top_k = config.top_k,
                     .scoring = models::Scoring::kSigmoid,
                     .selection_bias = true,
                     .selection_bias_speed = config.bias_speed,
                     .num_groups = config.num_groups,
                     .top_groups = config.top_groups,
                     .renormalize = config.renormalize,
                     .routed_scale = config.routed_scale,
                     .forced_balance = config.dispatch.forced_balance},
          .d_expert = config.d_expert,
          .d_shared = config.num_shared_experts * config.d_expert,
          .capacity_factor = config.dispatch.capacity_factor,
          .losses = {.sequence_balance = config.sequence_balance_weight}};
}

std::shared_ptr<LanguageModel> make_glm4_moe(const TomlTable& table, uint64_t seed) {
  const auto config = model_config_from<Glm4MoeConfig>(table);
  models::DecoderShape shape = models::decoder_shape(config);
  shape.rotary.width = rotary_width(config);
  const models::MixtureShape mixture = mixture_shape(config);
  return std::make_shared<models::Decoder>(
      shape, models::every_block(attention_shape(config)),
      [&](int64_t layer) -> std::shared_ptr<models::FeedForward> {
        if (layer >= config.num_dense_layers) return std::make_shared<models::MixtureImpl>(mixture);
        return std::make_shared<models::GatedMlpImpl>(config.d_model, config.d_ff);
      },
      seed);
}

}  // namespace

ModelFamily glm4_moe_model_family() {
  return {.name = Glm4MoeConfig::kFamily,
          .make = make_glm4_moe,
          .hf_weights = [](const TomlTable& table, const HfContains& contains) {
            return glm4_moe_hf_weights(model_config_from<Glm4MoeConfig>(table), contains);
          }};
}

}  // namespace assay
