#include "models/glm4_moe/hf.h"

#include "models/hf_names.h"

namespace assay {

HfWeightMap glm4_moe_hf_weights(const Glm4MoeConfig& config, const HfContains& contains) {
  HfNames names(contains, config.tie_embeddings);
  for (int64_t layer = 0; layer < config.num_layers; ++layer) {
    names.block(layer);
    names.norms("input_layernorm", "post_attention_layernorm");
    names.grouped_query(config.num_heads * config.d_head, config.num_kv_heads * config.d_head,
                        /*qkv_bias=*/config.qkv_bias);
    if (config.qk_norm) {
      names.same("attention.q_norm.weight", "self_attn.q_norm.weight");
      names.same("attention.k_norm.weight", "self_attn.k_norm.weight");
    }
    if (layer < config.num_dense_layers) {
      names.gated_mlp("feed_forward", "mlp", config.d_ff);
      continue;
    }
    names.same("feed_forward.router.weight", "mlp.gate.weight");
    names.same("feed_forward.router.selection_bias", "mlp.gate.e_score_correction_bias");
    names.experts("mlp.experts", config.num_experts, config.d_expert);
    if (config.num_shared_experts > 0) {
      names.gated_mlp("feed_forward.shared", "mlp.shared_experts",
                      config.num_shared_experts * config.d_expert);
    }
  }
  names.ignore_multi_token(config.num_layers);
  return names.take();
}

}  // namespace assay
