#include "models/mixtral/model.h"

#include "models/decoder_family.h"
#include "models/layers/mixture.h"
#include "models/mixtral/hf.h"
#include "specs/families/mixtral.h"
#include "specs/family.h"

namespace assay {
namespace {

std::shared_ptr<LanguageModel> make_mixtral(const TomlTable& table, uint64_t seed) {
  const auto config = model_config_from<MixtralConfig>(table);
  models::MixtureShape mixture{
      .router = {.d_model = config.d_model,
                 .num_experts = config.num_experts,
                 .top_k = config.top_k,
                 .renormalize = true,
                 .forced_balance = config.dispatch.forced_balance},
      .d_expert = config.d_expert,
      .capacity_factor = config.dispatch.capacity_factor,
      .losses = {.load_balance = config.aux_loss_weight, .pooled = config.hf_compat}};
  models::DecoderShape shape = models::decoder_shape(config);
  shape.pooled_balance_weight = config.aux_loss_weight;
  return std::make_shared<models::Decoder>(
      shape, models::every_block(models::grouped_query_shape(config)),
      [mixture](int64_t) { return std::make_shared<models::MixtureImpl>(mixture); }, seed);
}

}  // namespace

ModelFamily mixtral_model_family() {
  return {.name = MixtralConfig::kFamily,
          .make = make_mixtral,
          .hf_weights = [](const TomlTable& table, const HfContains& contains) {
            return mixtral_hf_weights(model_config_from<MixtralConfig>(table), contains);
          }};
}

}  // namespace assay
