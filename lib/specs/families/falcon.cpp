#include "specs/decoder_weights.h"
#include "specs/family.h"
#include "specs/hf_reader.h"
#include "specs/shape_limits.h"
#include "specs/shape_rules.h"
#include "specs/spec_builder.h"

namespace assay {
namespace {

/// Falcon: attention and MLP side by side behind one LayerNorm (7B) or one each (40B, 180B), few
/// heads of keys and values, GELU, biases in norms alone, rotary positions, tied head.
/// Source: Almazrouei et al. 2023, arXiv 2311.16867; huggingface transformers `FalconConfig`.
struct FalconConfig {
  static constexpr std::string_view kFamily = "falcon";

  int64_t num_layers = 0;
  int64_t d_model = 0;
  int64_t num_heads = 0;
  int64_t num_kv_heads = 0;
  int64_t d_ff = 0;
  int64_t num_norms = 0;
  int64_t vocab_size = 0;
  int64_t max_seq_len = 2048;
  bool tie_embeddings = true;
  double rope_theta = 10000;

  template <class V>
  void fields(V& visit) {
    visit("num_layers", num_layers, "transformer blocks", required(), specs::layer_count());
    visit("d_model", d_model, "width of the residual stream", required(), specs::width());
    visit("num_heads", num_heads, "query heads", required(), specs::head_count());
    visit("num_kv_heads", num_kv_heads, "key and value heads", required(), specs::head_count());
    visit("d_ff", d_ff, "width of the MLP", required(), specs::width());
    visit("num_norms", num_norms, "LayerNorms of a block", required(), between(1, 2));
    visit("vocab_size", vocab_size, "rows of the embedding", required(), specs::vocabulary());
    visit("max_seq_len", max_seq_len, "longest context", specs::context());
    visit("tie_embeddings", tie_embeddings, "head shares the embedding's weight");
    visit("rope_theta", rope_theta, "base of the rotary frequencies", above(0));
  }
  void validate(const FieldPlaces& at) const {
    specs::require_whole_heads(at, d_model, num_heads);
    specs::require_shared_heads(at, num_heads, num_kv_heads);
  }
};

ModelSpec make_spec(const FalconConfig& config) {
  const int64_t d = config.d_model;
  const int64_t layers = config.num_layers;
  specs::SpecBuilder build({.family = "falcon",
                            .num_layers = layers,
                            .d_model = d,
                            .vocab_size = config.vocab_size,
                            .max_seq_len = config.max_seq_len});
  specs::add_grouped_query(build, {.name = "self_attention",
                                   .num_layers = layers,
                                   .d_model = d,
                                   .num_heads = config.num_heads,
                                   .num_kv_heads = config.num_kv_heads,
                                   .d_head = d / config.num_heads});
  const specs::Copies each = specs::each_of(layers);
  // With one norm attention and MLP read the same tensor.
  build.matrix("mlp.dense_h_to_4h", LayerKind::kMlp, d, config.d_ff, each,
               {.input = config.num_norms > 1});
  build.matrix("mlp.dense_4h_to_h", LayerKind::kMlp, config.d_ff, d, each, specs::kIntoStream);
  build.keep(d * layers);  // the block's input, which all norms read
  build.vector(config.num_norms * 2 * d, layers);
  build.vector(2 * d, 1);
  build.token_embedding(config.vocab_size, d, config.tie_embeddings);
  return build.build();
}

TomlTable falcon_from_hf(const HfConfig& config) {
  HfReader read(config);
  const int64_t d_model = read.integer("hidden_size", "d_model");
  read.integer("num_hidden_layers", "num_layers");
  const int64_t num_heads = read.integer("num_attention_heads", "num_heads");
  const bool is_new = read.flag("new_decoder_architecture", false);
  const bool has_one_key_head = read.flag("multi_query", true);
  if (is_new) {
    read.integer_or_null("num_kv_heads", "num_kv_heads", num_heads, num_heads);
  } else {
    // The key counts in the new architecture only.
    read.ignore({"num_kv_heads"});
    read.set("num_kv_heads", "multi_query", has_one_key_head ? int64_t{1} : num_heads);
  }
  read.integer_or_null("ffn_hidden_size", "d_ff", 4 * d_model, 4 * d_model);
  const int64_t num_norms = read.has("num_ln_in_parallel_attn") ? 0 : (is_new ? 2 : 1);
  if (num_norms == 0) {
    read.integer("num_ln_in_parallel_attn", "num_norms");
  } else {
    read.set("num_norms", "new_decoder_architecture", num_norms);
    read.ignore({"num_ln_in_parallel_attn"});
  }
  read.integer("vocab_size", "vocab_size");
  read.integer("max_position_embeddings", "max_seq_len", 2048);
  read.boolean("tie_word_embeddings", "tie_embeddings", true);
  read.plain_rope();
  read.must_be("parallel_attn", true);
  read.must_be("alibi", false);
  read.must_be("bias", false);
  read.name_of("activation", "gelu", {"gelu"});
  read.note_dropout({"attention_dropout", "hidden_dropout"});
  read.ignore(
      {"apply_residual_connection_post_layernorm", "initializer_range", "layer_norm_epsilon"});
  return read.finish("falcon");
}

}  // namespace

Family falcon_family() {
  return make_family<FalconConfig>("Falcon: dense, parallel blocks, few key heads, GELU", false,
                                   {"falcon"}, falcon_from_hf);
}

}  // namespace assay
