#include "specs/decoder_hf.h"
#include "specs/decoder_weights.h"
#include "specs/family.h"
#include "specs/shape_rules.h"

namespace assay {
namespace {

/// Nemotron-3 and 4: LayerNorm with bias, an MLP of two products with squared ReLU, grouped-query
/// attention, partly rotary heads, no other biases.
/// Source: NVIDIA 2024, NVIDIA/NeMo `nemotron.py`; huggingface transformers `NemotronConfig`.
struct NemotronConfig : DecoderSizes {
  static constexpr std::string_view kFamily = "nemotron";

  int64_t d_ff = 0;
  double rotary_share = 0.5;

  NemotronConfig() { norm_eps = 1e-5; }

  template <class V>
  void fields(V& visit) {
    DecoderSizes::fields(visit);
    visit("d_ff", d_ff, "width of the MLP", required(), specs::width());
    visit("rotary_share", rotary_share, "share of a head with rotary positions", above(0),
          at_most(1));
  }
};

ModelSpec make_spec(const NemotronConfig& config) {
  const int64_t d = config.d_model;
  specs::SpecBuilder build(specs::spec_of("nemotron", config));
  specs::add_grouped_query(build, specs::grouped_query(config));
  const specs::Copies each = specs::each_of(config.num_layers);
  build.matrix("mlp.up_proj", LayerKind::kMlp, d, config.d_ff, each);
  build.matrix("mlp.down_proj", LayerKind::kMlp, config.d_ff, d, each, specs::kIntoStream);
  specs::add_block_norms(build, config.num_layers, 2 * d, d);
  build.token_embedding(config.vocab_size, d, config.tie_embeddings);
  return build.build();
}

TomlTable nemotron_from_hf(const HfConfig& config) {
  HfReader read(config);
  const int64_t d_model = read.integer("hidden_size", "d_model");
  read.integer("num_hidden_layers", "num_layers");
  const int64_t num_heads = read.integer("num_attention_heads", "num_heads");
  read.integer("num_key_value_heads", "num_kv_heads", num_heads);
  const int64_t share = num_heads > 0 ? d_model / num_heads : 0;
  read.integer_or_null("head_dim", "d_head", share, share);
  read.integer("intermediate_size", "d_ff");
  read.integer("vocab_size", "vocab_size");
  read.integer("max_position_embeddings", "max_seq_len");
  read.boolean("tie_word_embeddings", "tie_embeddings", false);
  read.number("norm_eps", "norm_eps", 1e-5);
  read.number("initializer_range", "init_std", 0.0134);
  read.rope({.share_path = "rotary_share", .share = 0.5});
  read.must_be("hidden_act", "relu2");
  read.must_be("attention_bias", false);
  read.must_be("mlp_bias", false);
  read.note_dropout({"attention_dropout", "hidden_dropout"});
  return read.finish("nemotron");
}

}  // namespace

Family nemotron_family() {
  return make_family<NemotronConfig>("Nemotron: dense, LayerNorm, squared ReLU", false,
                                     {"nemotron"}, nemotron_from_hf);
}

}  // namespace assay
