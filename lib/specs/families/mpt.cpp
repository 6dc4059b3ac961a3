#include "specs/family.h"
#include "specs/hf_reader.h"
#include "specs/shape_limits.h"
#include "specs/shape_rules.h"
#include "specs/spec_builder.h"

namespace assay {
namespace {

/// MPT: ALiBi, LayerNorm without bias, GELU, no biases, tied head.
/// Source: MosaicML 2023, mosaicml/llm-foundry; huggingface transformers `MptConfig`.
struct MptConfig {
  static constexpr std::string_view kFamily = "mpt";

  int64_t num_layers = 0;
  int64_t d_model = 0;
  int64_t num_heads = 0;
  int64_t d_ff = 0;
  int64_t vocab_size = 0;
  int64_t max_seq_len = 0;

  template <class V>
  void fields(V& visit) {
    visit("num_layers", num_layers, "transformer blocks", required(), specs::layer_count());
    visit("d_model", d_model, "width of the residual stream", required(), specs::width());
    visit("num_heads", num_heads, "attention heads", required(), specs::head_count());
    visit("d_ff", d_ff, "width of the MLP", required(), specs::width());
    visit("vocab_size", vocab_size, "rows of the embedding", required(), specs::vocabulary());
    visit("max_seq_len", max_seq_len, "longest context", required(), specs::context());
  }
  void validate(const FieldPlaces& at) const { specs::require_whole_heads(at, d_model, num_heads); }
};

ModelSpec make_spec(const MptConfig& config) {
  const int64_t d = config.d_model;
  const int64_t layers = config.num_layers;
  specs::SpecBuilder build({.family = "mpt",
                            .num_layers = layers,
                            .d_model = d,
                            .vocab_size = config.vocab_size,
                            .max_seq_len = config.max_seq_len});
  const specs::Copies each = specs::each_of(layers);
  build.matrix("attn.Wqkv", LayerKind::kAttention, d, 3 * d, each);
  build.matrix("attn.out_proj", LayerKind::kAttention, d, d, each, specs::kIntoStream);
  build.matrix("ffn.up_proj", LayerKind::kMlp, d, config.d_ff, each);
  build.matrix("ffn.down_proj", LayerKind::kMlp, config.d_ff, d, each, specs::kIntoStream);
  build.vector(2 * d, layers);
  build.vector(d, 1);
  build.keep(2 * d * layers);  // inputs of the norms
  build.token_embedding(config.vocab_size, d, /*tied=*/true);
  build.attention({.name = "attn",
                   .num_layers = layers,
                   .num_heads = config.num_heads,
                   .d_qk = d / config.num_heads,
                   .d_v = d / config.num_heads});
  return build.build();
}

void check_attention(HfReader& read) {
  const HfConfig attention = read.section("attn_config");
  HfReader inner(attention);
  inner.must_be("alibi", true);
  inner.must_be("attn_type", "multihead_attention");
  inner.must_be("qk_ln", false);
  inner.must_be("prefix_lm", false);
  inner.must_be_null("clip_qkv");
  inner.must_be_null("softmax_scale");
  inner.note_dropout({"attn_pdrop"});
  inner.ignore({"alibi_bias_max", "attn_impl", "attn_uses_sequence_id"});
  inner.finish("mpt");
}

TomlTable mpt_from_hf(const HfConfig& config) {
  HfReader read(config);
  const int64_t d_model = read.integer("d_model", "d_model");
  read.integer("n_layers", "num_layers");
  read.integer("n_heads", "num_heads");
  read.set("d_ff", "expansion_ratio", read.value_of("expansion_ratio", 4) * d_model);
  read.integer("vocab_size", "vocab_size");
  read.integer("max_seq_len", "max_seq_len", 2048);
  if (read.has("attn_config")) check_attention(read);
  read.must_be("no_bias", true);
  read.must_be("learned_pos_emb", true);  // it acts without ALiBi only
  read.must_be("tie_word_embeddings", true);
  read.must_be("norm_type", "low_precision_layernorm");
  read.must_be_null("logit_scale");
  read.note_dropout({"emb_pdrop", "resid_pdrop"});
  read.ignore({"attn_config", "embedding_fraction", "init_config", "init_device",
               "initializer_range", "layer_norm_epsilon", "tokenizer_name", "verbose"});
  return read.finish("mpt");
}

}  // namespace

Family mpt_family() {
  return make_family<MptConfig>("MPT: dense, ALiBi, LayerNorm, no biases", false, {"mpt"},
                                mpt_from_hf);
}

}  // namespace assay
