#include "models/qwen3_moe/model.h"

#include "models/decoder_family.h"
#include "models/layers/mixture.h"
#include "models/qwen3_moe/hf.h"
#include "specs/families/qwen3_moe.h"
#include "specs/family.h"

namespace assay {
namespace {

std::shared_ptr<LanguageModel> make_qwen3_moe(const TomlTable& table, uint64_t seed) {
  const auto config = model_config_from<Qwen3MoeConfig>(table);
  models::GroupedQueryShape attention = models::grouped_query_shape(config);
  attention.qk_norm = models::QkNorm::kHead;
  models::MixtureShape mixture{
      .router = {.d_model = config.d_model,
                 .num_experts = config.num_experts,
                 .top_k = config.top_k,
                 .renormalize = config.renormalize,
                 .forced_balance = config.dispatch.forced_balance},
      .d_expert = config.d_expert,
      .capacity_factor = config.dispatch.capacity_factor,
      .losses = {.load_balance = config.aux_loss_weight, .pooled = config.hf_compat}};
  models::DecoderShape shape = models::decoder_shape(config);
  shape.pooled_balance_weight = config.aux_loss_weight;
  return std::make_shared<models::Decoder>(
      shape, models::every_block(attention),
      [mixture](int64_t) { return std::make_shared<models::MixtureImpl>(mixture); }, seed);
}

}  // namespace

ModelFamily qwen3_moe_model_family() {
  return {.name = Qwen3MoeConfig::kFamily,
          .make = make_qwen3_moe,
          .hf_weights = [](const TomlTable& table, const HfContains& contains) {
            return qwen3_moe_hf_weights(model_config_from<Qwen3MoeConfig>(table), contains);
          }};
}

}  // namespace assay
