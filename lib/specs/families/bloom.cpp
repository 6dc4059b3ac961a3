#include "specs/family.h"
#include "specs/hf_reader.h"
#include "specs/shape_limits.h"
#include "specs/shape_rules.h"
#include "specs/spec_builder.h"

namespace assay {
namespace {

/// BLOOM: ALiBi instead of position embeddings, a LayerNorm on the token embedding, GELU, biases
/// everywhere, tied head. Source: Scao et al. 2022, arXiv 2211.05100; transformers `BloomConfig`.
struct BloomConfig {
  static constexpr std::string_view kFamily = "bloom";

  int64_t num_layers = 0;
  int64_t d_model = 0;
  int64_t num_heads = 0;
  int64_t vocab_size = 0;
  int64_t max_seq_len = 2048;

  template <class V>
  void fields(V& visit) {
    visit("num_layers", num_layers, "transformer blocks", required(), specs::layer_count());
    visit("d_model", d_model, "width of the residual stream", required(), specs::width());
    visit("num_heads", num_heads, "attention heads", required(), specs::head_count());
    visit("vocab_size", vocab_size, "rows of the embedding", required(), specs::vocabulary());
    visit("max_seq_len", max_seq_len, "longest context", specs::context());
  }
  void validate(const FieldPlaces& at) const { specs::require_whole_heads(at, d_model, num_heads); }
};

ModelSpec make_spec(const BloomConfig& config) {
  const int64_t d = config.d_model;
  const int64_t layers = config.num_layers;
  specs::SpecBuilder build({.family = "bloom",
                            .num_layers = layers,
                            .d_model = d,
                            .vocab_size = config.vocab_size,
                            .max_seq_len = config.max_seq_len});
  const specs::Copies each = specs::each_of(layers);
  build.matrix("self_attention.query_key_value", LayerKind::kAttention, d, 3 * d, each);
  build.matrix("self_attention.dense", LayerKind::kAttention, d, d, each, specs::kIntoStream);
  build.matrix("mlp.dense_h_to_4h", LayerKind::kMlp, d, 4 * d, each);
  build.matrix("mlp.dense_4h_to_h", LayerKind::kMlp, 4 * d, d, each, specs::kIntoStream);
  build.vector(3 * d + d + 4 * d + d, layers);  // biases in the order of the weights
  build.vector(2 * 2 * d, layers);              // two LayerNorms
  build.vector(2 * 2 * d, 1);                   // of the embedding, of the last hidden states
  build.keep(2 * d * layers);                   // inputs of the norms
  build.token_embedding(config.vocab_size, d, /*tied=*/true);
  build.attention({.name = "self_attention",
                   .num_layers = layers,
                   .num_heads = config.num_heads,
                   .d_qk = d / config.num_heads,
                   .d_v = d / config.num_heads});
  return build.build();
}

TomlTable bloom_from_hf(const HfConfig& config) {
  HfReader read(config);
  // Published files say n_embed and num_attention_heads where newer ones say hidden_size and
  // n_head.
  read.integer(read.has("hidden_size") ? "hidden_size" : "n_embed", "d_model");
  read.integer("n_layer", "num_layers");
  read.integer(read.has("n_head") ? "n_head" : "num_attention_heads", "num_heads");
  read.integer("vocab_size", "vocab_size");
  read.integer("seq_length", "max_seq_len", 2048);
  read.must_agree("n_embed", "hidden_size");
  read.must_agree("num_attention_heads", "n_head");
  read.must_be("tie_word_embeddings", true);
  read.must_be("apply_residual_connection_post_layernorm", false);
  read.note_dropout({"attention_dropout", "hidden_dropout"});
  read.ignore({"attention_softmax_in_fp32", "bias_dropout_fusion", "initializer_range",
               "layer_norm_epsilon", "masked_softmax_fusion", "offset_alibi", "pretraining_tp",
               "skip_bias_add", "skip_bias_add_qkv", "slow_but_exact"});
  return read.finish("bloom");
}

}  // namespace

Family bloom_family() {
  return make_family<BloomConfig>("BLOOM: dense, ALiBi, LayerNorm, biases", false, {"bloom"},
                                  bloom_from_hf);
}

}  // namespace assay
