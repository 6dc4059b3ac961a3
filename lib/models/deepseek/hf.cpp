#include "models/deepseek/hf.h"

#include <fmt/format.h>

#include "models/hf_names.h"

namespace assay {
namespace {

void add_attention(HfNames& names, const DeepseekConfig& config) {
  if (config.multi_head) {
    const int64_t d_head = config.multi_head->d_head;
    names.grouped_query(config.num_heads * d_head, config.multi_head->num_kv_heads * d_head,
                        /*qkv_bias=*/false);
    return;
  }
  if (config.latent->q_lora_rank) {
    names.same("attention.q_a.weight", "self_attn.q_a_proj.weight");
    names.same("attention.q_a_norm.weight", "self_attn.q_a_layernorm.weight");
    names.same("attention.q_b.weight", "self_attn.q_b_proj.weight");
  } else {
    names.same("attention.q.weight", "self_attn.q_proj.weight");
  }
  names.same("attention.kv_a.weight", "self_attn.kv_a_proj_with_mqa.weight");
  names.same("attention.kv_a_norm.weight", "self_attn.kv_a_layernorm.weight");
  names.same("attention.kv_b.weight", "self_attn.kv_b_proj.weight");
  names.same("attention.out.weight", "self_attn.o_proj.weight");
}

void add_mixture(HfNames& names, const DeepseekConfig& config) {
  names.same("feed_forward.router.weight", "mlp.gate.weight");
  if (config.router.selection_bias) {
    names.same("feed_forward.router.selection_bias", "mlp.gate.e_score_correction_bias");
  }
  names.experts("mlp.experts", config.num_experts, config.d_expert);
  if (config.num_shared_experts > 0) {
    names.gated_mlp("feed_forward.shared", "mlp.shared_experts",
                    config.num_shared_experts * config.d_expert);
  }
}

// Multi-token prediction stands behind the last layer as one layer more; the copies of embedding
// and head that the published files have there are the model's own.
void add_multi_token(HfNames& names, const DeepseekConfig& config, int64_t depth) {
  const int64_t layer = config.num_layers + depth;
  const std::string ours = fmt::format("multi_token_{}.", depth);
  names.block(layer, ours);
  names.same("embedding_norm.weight", "enorm.weight");
  names.same("hidden_norm.weight", "hnorm.weight");
  names.same("eh_proj.weight", "eh_proj.weight");
  names.same("norm.weight", "shared_head.norm.weight");
  const std::string theirs = fmt::format("model.layers.{}.", layer);
  names.copy(theirs + "shared_head.head.weight", "lm_head.weight");
  names.copy(theirs + "embed_tokens.weight", "model.embed_tokens.weight");
  names.block(layer, ours + "block.");
  names.norms("input_layernorm", "post_attention_layernorm");
  add_attention(names, config);
  add_mixture(names, config);
}

}  // namespace

HfWeightMap deepseek_hf_weights(const DeepseekConfig& config, const HfContains& contains) {
  HfNames names(contains, /*tie_embeddings=*/false);
  for (int64_t layer = 0; layer < config.num_layers; ++layer) {
    names.block(layer);
    names.norms("input_layernorm", "post_attention_layernorm");
    add_attention(names, config);
    if (layer < config.num_dense_layers) {
      names.gated_mlp("feed_forward", "mlp", config.d_ff);
    } else {
      add_mixture(names, config);
    }
  }
  for (int64_t depth = 0; depth < config.num_multi_token(); ++depth) {
    add_multi_token(names, config, depth);
  }
  if (!config.multi_token) names.ignore_multi_token(config.num_layers);
  return names.take();
}

}  // namespace assay
