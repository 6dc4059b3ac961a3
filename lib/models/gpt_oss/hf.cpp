#include "models/gpt_oss/hf.h"

#include "models/hf_names.h"

namespace assay {

HfWeightMap gpt_oss_hf_weights(const GptOssConfig& config, const HfContains& contains) {
  HfNames names(contains, config.tie_embeddings);
  for (int64_t layer = 0; layer < config.num_layers; ++layer) {
    names.block(layer);
    names.norms("input_layernorm", "post_attention_layernorm");
    names.grouped_query(config.num_heads * config.d_head, config.num_kv_heads * config.d_head,
                        /*qkv_bias=*/true);
    names.same("attention.out.bias", "self_attn.o_proj.bias");
    names.same("attention.sinks", "self_attn.sinks");
    names.same("feed_forward.router.weight", "mlp.router.weight");
    names.same("feed_forward.router.bias", "mlp.router.bias");
    names.interleaved_experts("mlp.experts", config.d_expert);
  }
  return names.take();
}

}  // namespace assay
