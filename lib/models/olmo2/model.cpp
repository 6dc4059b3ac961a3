#include "models/olmo2/model.h"

#include "models/decoder_family.h"
#include "models/olmo2/hf.h"
#include "specs/families/olmo2.h"
#include "specs/family.h"

namespace assay {
namespace {

std::shared_ptr<LanguageModel> make_olmo2(const TomlTable& table, uint64_t seed) {
  const auto config = model_config_from<Olmo2Config>(table);
  models::GroupedQueryShape attention = models::grouped_query_shape(config);
  attention.qk_norm = models::QkNorm::kWidth;
  models::DecoderShape shape = models::decoder_shape(config);
  shape.norm_place = models::NormPlace::kBehind;
  return std::make_shared<models::Decoder>(shape, models::every_block(attention),
                                           models::every_block_mlp(config.d_model, config.d_ff),
                                           seed);
}

}  // namespace

ModelFamily olmo2_model_family() {
  return {.name = Olmo2Config::kFamily,
          .make = make_olmo2,
          .hf_weights = [](const TomlTable& table, const HfContains& contains) {
            return olmo2_hf_weights(model_config_from<Olmo2Config>(table), contains);
          }};
}

}  // namespace assay
