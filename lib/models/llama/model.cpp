#include "models/llama/model.h"

#include "models/decoder_family.h"
#include "models/llama/hf.h"
#include "specs/families/llama.h"
#include "specs/family.h"

namespace assay {
namespace {

std::shared_ptr<LanguageModel> make_llama(const TomlTable& table, uint64_t seed) {
  const auto config = model_config_from<LlamaConfig>(table);
  return std::make_shared<models::Decoder>(
      models::decoder_shape(config), models::every_block(models::grouped_query_shape(config)),
      models::every_block_mlp(config.d_model, config.d_ff), seed);
}

}  // namespace

ModelFamily llama_model_family() {
  return {.name = LlamaConfig::kFamily,
          .make = make_llama,
          .hf_weights = [](const TomlTable& table, const HfContains& contains) {
            return llama_hf_weights(model_config_from<LlamaConfig>(table), contains);
          }};
}

}  // namespace assay
