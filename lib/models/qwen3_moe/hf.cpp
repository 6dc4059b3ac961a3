#include "models/qwen3_moe/hf.h"

#include "models/hf_names.h"

namespace assay {

HfWeightMap qwen3_moe_hf_weights(const Qwen3MoeConfig& config, const HfContains& contains) {
  HfNames names(contains, config.tie_embeddings);
  for (int64_t layer = 0; layer < config.num_layers; ++layer) {
    names.block(layer);
    names.norms("input_layernorm", "post_attention_layernorm");
    names.grouped_query(config.num_heads * config.d_head, config.num_kv_heads * config.d_head,
                        /*qkv_bias=*/false);
    names.same("attention.q_norm.weight", "self_attn.q_norm.weight");
    names.same("attention.k_norm.weight", "self_attn.k_norm.weight");
    names.same("feed_forward.router.weight", "mlp.gate.weight");
    names.experts("mlp.experts", config.num_experts, config.d_expert);
  }
  return names.take();
}

}  // namespace assay
