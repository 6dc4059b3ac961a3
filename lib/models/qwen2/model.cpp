#include "models/qwen2/model.h"

#include "models/decoder_family.h"
#include "models/qwen2/hf.h"
#include "specs/families/qwen2.h"
#include "specs/family.h"

namespace assay {
namespace {

std::shared_ptr<LanguageModel> make_qwen2(const TomlTable& table, uint64_t seed) {
  const auto config = model_config_from<Qwen2Config>(table);
  models::GroupedQueryShape attention = models::grouped_query_shape(config);
  attention.qkv_bias = true;
  return std::make_shared<models::Decoder>(
      models::decoder_shape(config), models::every_block(attention),
      models::every_block_mlp(config.d_model, config.d_ff), seed);
}

}  // namespace

ModelFamily qwen2_model_family() {
  return {.name = Qwen2Config::kFamily,
          .make = make_qwen2,
          .hf_weights = [](const TomlTable& table, const HfContains& contains) {
            return qwen2_hf_weights(model_config_from<Qwen2Config>(table), contains);
          }};
}

}  // namespace assay
