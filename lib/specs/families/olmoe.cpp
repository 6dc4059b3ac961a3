#include "specs/families/olmoe.h"

#include <fmt/format.h>

#include "specs/family.h"
#include "specs/hf_config.h"
#include "specs/spec_builder.h"

namespace assay {
namespace {

TomlTable olmoe_from_hf(const HfConfig& config) {
  HfReader read(config);
  read.integer("hidden_size", "d_model");
  read.integer("num_hidden_layers", "num_layers");
  const int64_t num_heads = read.integer("num_attention_heads", "num_heads");
  read.integer("num_key_value_heads", "num_kv_heads", num_heads);
  read.integer("num_experts", "num_experts", 64);
  read.integer("num_experts_per_tok", "top_k", 8);
  read.integer("intermediate_size", "d_expert");
  read.integer("vocab_size", "vocab_size");
  read.integer("max_position_embeddings", "max_seq_len");
  read.boolean("tie_word_embeddings", "tie_embeddings", false);
  read.boolean("norm_topk_prob", "renormalize", false);
  read.number("router_aux_loss_coef", "aux_loss_weight", 0.01);
  read.plain_rope();
  read.number("rms_norm_eps", "norm_eps", 1e-5);
  read.number("initializer_range", "init_std", 0.02);
  read.must_be("hidden_act", "silu");
  read.must_be("attention_bias", false);
  read.must_be_null("clip_qkv");
  read.ignore({"attention_dropout", "output_router_logits"});
  return read.finish("olmoe");
}

}  // namespace

void OlmoeConfig::validate(const FieldPlaces& at) const {
  if (d_model % num_heads != 0) {
    at.fail("num_heads", fmt::format("heads do not divide the width: d_model {} / num_heads {}",
                                     d_model, num_heads));
  }
  if (d_head() % 2 != 0) {
    at.fail("num_heads", fmt::format("rotary positions need heads of even width: {}", d_head()));
  }
  if (num_heads % num_kv_heads != 0) {
    at.fail("num_kv_heads",
            fmt::format("key heads do not divide the query heads: num_heads {} / num_kv_heads {}",
                        num_heads, num_kv_heads));
  }
  if (top_k > num_experts) {
    at.fail("top_k", fmt::format("more experts chosen than there are: top_k {}, num_experts {}",
                                 top_k, num_experts));
  }
}

ModelSpec make_spec(const OlmoeConfig& config) {
  check_config(config, {.module = "specs", .name = "olmoe config"});
  const int64_t d = config.d_model;
  const int64_t layers = config.num_layers;
  specs::SpecBuilder build({.family = "olmoe",
                            .num_layers = layers,
                            .d_model = d,
                            .vocab_size = config.vocab_size,
                            .max_seq_len = config.max_seq_len,
                            .num_experts = config.num_experts,
                            .top_k = config.top_k});
  const specs::Copies each = specs::each_of(layers);
  const specs::Copies expert{layers * config.num_experts, layers * config.top_k};
  const int64_t kv_width = config.num_kv_heads * config.d_head();
  build.matrix("self_attn.q_proj", LayerKind::kAttention, d, d, each);
  build.matrix("self_attn.k_proj", LayerKind::kAttention, d, kv_width, each);
  build.matrix("self_attn.v_proj", LayerKind::kAttention, d, kv_width, each);
  build.matrix("self_attn.o_proj", LayerKind::kAttention, d, d, each);
  build.matrix("mlp.gate", LayerKind::kRouter, d, config.num_experts, each);
  build.matrix("mlp.experts.gate_proj", LayerKind::kExperts, d, config.d_expert, expert);
  build.matrix("mlp.experts.up_proj", LayerKind::kExperts, d, config.d_expert, expert);
  build.matrix("mlp.experts.down_proj", LayerKind::kExperts, config.d_expert, d, expert);
  build.vector(2 * d + d + kv_width, layers);  // two norms of the stream, one of q, one of k
  build.vector(d, 1);
  build.token_embedding(config.vocab_size, d, config.tie_embeddings);
  build.attention({.name = "self_attn",
                   .num_layers = layers,
                   .num_heads = config.num_heads,
                   .d_qk = config.d_head(),
                   .d_v = config.d_head()});
  return build.build();
}

Family olmoe_family() {
  return make_family<OlmoeConfig>("OLMoE: mixture of experts, softmax router, full-width qk-norm",
                                  true, {"olmoe"}, olmoe_from_hf);
}

}  // namespace assay
