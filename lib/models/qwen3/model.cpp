#include "models/qwen3/model.h"

#include "models/decoder_family.h"
#include "models/qwen3/hf.h"
#include "specs/families/qwen3.h"
#include "specs/family.h"

namespace assay {
namespace {

std::shared_ptr<LanguageModel> make_qwen3(const TomlTable& table, uint64_t seed) {
  const auto config = model_config_from<Qwen3Config>(table);
  models::GroupedQueryShape attention = models::grouped_query_shape(config);
  attention.qk_norm = models::QkNorm::kHead;
  return std::make_shared<models::Decoder>(
      models::decoder_shape(config), models::every_block(attention),
      models::every_block_mlp(config.d_model, config.d_ff), seed);
}

}  // namespace

ModelFamily qwen3_model_family() {
  return {.name = Qwen3Config::kFamily,
          .make = make_qwen3,
          .hf_weights = [](const TomlTable& table, const HfContains& contains) {
            return qwen3_hf_weights(model_config_from<Qwen3Config>(table), contains);
          }};
}

}  // namespace assay
