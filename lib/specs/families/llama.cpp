#include "specs/families/llama.h"

#include <fmt/format.h>

#include "specs/family.h"
#include "specs/hf_config.h"
#include "specs/spec_builder.h"

namespace assay {
namespace {

TomlTable llama_from_hf(const HfConfig& config) {
  HfReader read(config);
  const int64_t d_model = read.integer("hidden_size", "d_model");
  read.integer("num_hidden_layers", "num_layers");
  const int64_t num_heads = read.integer("num_attention_heads", "num_heads");
  read.integer("num_key_value_heads", "num_kv_heads", num_heads);
  read.integer("head_dim", "d_head", num_heads > 0 ? d_model / num_heads : 0);
  read.integer("intermediate_size", "d_ff");
  read.integer("vocab_size", "vocab_size");
  read.integer("max_position_embeddings", "max_seq_len");
  read.boolean("tie_word_embeddings", "tie_embeddings", false);
  read.rope();
  read.number("rms_norm_eps", "norm_eps", 1e-6);
  read.number("initializer_range", "init_std", 0.02);
  read.must_be("hidden_act", "silu");
  read.must_be("attention_bias", false);
  read.must_be("mlp_bias", false);
  read.ignore({"attention_dropout", "pretraining_tp"});
  return read.finish("llama");
}

}  // namespace

void LlamaConfig::validate(const FieldPlaces& at) const {
  if (num_heads % num_kv_heads != 0) {
    at.fail("num_kv_heads",
            fmt::format("key heads do not divide the query heads: num_heads {} / num_kv_heads {}",
                        num_heads, num_kv_heads));
  }
  if (d_head % 2 != 0) {
    at.fail("d_head", fmt::format("rotary positions need heads of even width: {}", d_head));
  }
}

ModelSpec make_spec(const LlamaConfig& config) {
  check_config(config, {.module = "specs", .name = "llama config"});
  const int64_t d = config.d_model;
  const int64_t layers = config.num_layers;
  specs::SpecBuilder build({.family = "llama",
                            .num_layers = layers,
                            .d_model = d,
                            .vocab_size = config.vocab_size,
                            .max_seq_len = config.max_seq_len});
  const specs::Copies each = specs::each_of(layers);
  const int64_t q_width = config.num_heads * config.d_head;
  const int64_t kv_width = config.num_kv_heads * config.d_head;
  build.matrix("self_attn.q_proj", LayerKind::kAttention, d, q_width, each);
  build.matrix("self_attn.k_proj", LayerKind::kAttention, d, kv_width, each);
  build.matrix("self_attn.v_proj", LayerKind::kAttention, d, kv_width, each);
  build.matrix("self_attn.o_proj", LayerKind::kAttention, q_width, d, each);
  build.matrix("mlp.gate_proj", LayerKind::kMlp, d, config.d_ff, each);
  build.matrix("mlp.up_proj", LayerKind::kMlp, d, config.d_ff, each);
  build.matrix("mlp.down_proj", LayerKind::kMlp, config.d_ff, d, each);
  build.vector(2 * d, layers);
  build.vector(d, 1);
  build.token_embedding(config.vocab_size, d, config.tie_embeddings);
  build.attention({.name = "self_attn",
                   .num_layers = layers,
                   .num_heads = config.num_heads,
                   .d_qk = config.d_head,
                   .d_v = config.d_head});
  return build.build();
}

Family llama_family() {
  return make_family<LlamaConfig>("Llama: dense, rotary positions, RMSNorm, grouped-query, SwiGLU",
                                  false, {"llama"}, llama_from_hf);
}

}  // namespace assay
