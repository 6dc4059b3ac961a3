#include "models/mixtral/hf.h"

#include "models/hf_names.h"

namespace assay {

HfWeightMap mixtral_hf_weights(const MixtralConfig& config, const HfContains& contains) {
  HfNames names(contains, config.tie_embeddings);
  for (int64_t layer = 0; layer < config.num_layers; ++layer) {
    names.block(layer);
    names.norms("input_layernorm", "post_attention_layernorm");
    names.grouped_query(config.num_heads * config.d_head, config.num_kv_heads * config.d_head,
                        /*qkv_bias=*/false);
    const std::string part = names.has("mlp.gate.weight") ? "mlp" : "block_sparse_moe";
    names.same("feed_forward.router.weight", part + ".gate.weight");
    names.experts(part + ".experts", config.num_experts, config.d_expert, {"w1", "w3", "w2"});
  }
  return names.take();
}

}  // namespace assay
