#include "models/gpt_oss/model.h"

#include "models/decoder_family.h"
#include "models/gpt_oss/hf.h"
#include "models/layers/mixture.h"
#include "specs/families/gpt_oss.h"
#include "specs/family.h"

namespace assay {
namespace {

std::shared_ptr<LanguageModel> make_gpt_oss(const TomlTable& table, uint64_t seed) {
  const auto config = model_config_from<GptOssConfig>(table);
  const models::MixtureShape mixture{
      .router = {.d_model = config.d_model,
                 .num_experts = config.num_experts,
                 .top_k = config.top_k,
                 .bias = true,
                 .renormalize = true,
                 .forced_balance = config.dispatch.forced_balance},
      .d_expert = config.d_expert,
      .expert_bias = true,
      .swiglu_limit = config.swiglu_limit,
      .capacity_factor = config.dispatch.capacity_factor,
      .losses = {.load_balance = config.aux_loss_weight, .pooled = config.hf_compat}};
  models::GroupedQueryShape full = models::grouped_query_shape(config);
  full.qkv_bias = true;
  full.out_bias = true;
  full.sinks = true;
  models::GroupedQueryShape windowed = full;
  windowed.window = config.window;
  models::DecoderShape shape = models::decoder_shape(config);
  shape.pooled_balance_weight = config.aux_loss_weight;
  return std::make_shared<models::Decoder>(
      shape,
      [&](int64_t layer) {
        return std::make_shared<models::GroupedQueryAttentionImpl>(layer % 2 == 0 ? windowed : full,
                                                                   layer);
      },
      [&](int64_t) { return std::make_shared<models::MixtureImpl>(mixture); }, seed);
}

}  // namespace

ModelFamily gpt_oss_model_family() {
  return {.name = GptOssConfig::kFamily,
          .make = make_gpt_oss,
          .hf_weights = [](const TomlTable& table, const HfContains& contains) {
            return gpt_oss_hf_weights(model_config_from<GptOssConfig>(table), contains);
          }};
}

}  // namespace assay
