#include "models/qwen2/hf.h"

#include "models/hf_names.h"

namespace assay {

HfWeightMap qwen2_hf_weights(const Qwen2Config& config, const HfContains& contains) {
  HfNames names(contains, config.tie_embeddings);
  for (int64_t layer = 0; layer < config.num_layers; ++layer) {
    names.block(layer);
    names.norms("input_layernorm", "post_attention_layernorm");
    names.grouped_query(config.num_heads * config.d_head, config.num_kv_heads * config.d_head,
                        /*qkv_bias=*/true);
    names.gated_mlp("feed_forward", "mlp", config.d_ff);
  }
  return names.take();
}

}  // namespace assay
