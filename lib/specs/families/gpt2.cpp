#include "specs/families/gpt2.h"

#include "error/error.h"
#include "specs/family.h"
#include "specs/hf_reader.h"
#include "specs/hf_writer.h"
#include "specs/shape_rules.h"
#include "specs/spec_builder.h"

namespace assay {
namespace {

// GPT-2's config.json. The *_token_id, summary_* and task_* keys belong to tokenizers and other
// heads.
TomlTable gpt2_from_hf(const HfConfig& config) {
  HfReader read(config);
  const int64_t d_model = read.integer("n_embd", "d_model");
  read.integer("n_layer", "num_layers");
  read.integer("n_head", "num_heads");
  read.integer_or_null("n_inner", "d_ff", 4 * d_model, 4 * d_model);
  read.integer("vocab_size", "vocab_size");
  read.integer("n_positions", "max_seq_len");
  read.number("layer_norm_epsilon", "norm_eps", 1e-5);
  read.number("initializer_range", "init_std", 0.02);
  read.must_be("activation_function", "gelu_new");
  read.must_be("tie_word_embeddings", true);
  read.must_be("scale_attn_weights", true);
  read.must_be("scale_attn_by_inverse_layer_idx", false);
  read.must_be("add_cross_attention", false);
  read.must_agree("n_ctx", "n_positions");
  read.note_dropout({"attn_pdrop", "embd_pdrop", "resid_pdrop"});
  read.ignore({"reorder_and_upcast_attn", "summary_activation", "summary_first_dropout",
               "summary_proj_to_labels", "summary_type", "summary_use_proj",
               "task_specific_params"});
  return read.finish("gpt2");
}

std::string gpt2_to_hf(const TomlTable& table, std::string_view dtype) {
  const auto config = model_config_from<Gpt2Config>(table);
  if (!config.bias) {
    throw ConfigError("[specs] gpt2 without biases has no Hugging Face form: bias = false");
  }
  return HfWriter("gpt2", "GPT2LMHeadModel", dtype)
      .set("n_layer", config.num_layers)
      .set("n_embd", config.d_model)
      .set("n_head", config.num_heads)
      .set("n_inner", config.d_ff)
      .set("vocab_size", config.vocab_size)
      .set("n_positions", config.max_seq_len)
      .set("layer_norm_epsilon", config.norm_eps)
      .set("initializer_range", config.init_std)
      .set("activation_function", "gelu_new")
      .set("tie_word_embeddings", true)
      .set("resid_pdrop", 0.0)
      .set("embd_pdrop", 0.0)
      .set("attn_pdrop", 0.0)
      .text();
}

}  // namespace

void Gpt2Config::validate(const FieldPlaces& at) const {
  specs::require_whole_heads(at, d_model, num_heads);
}

ModelSpec make_spec(const Gpt2Config& config) {
  check_config(config, {.module = "specs", .name = "gpt2 config"});
  const int64_t d = config.d_model;
  const int64_t layers = config.num_layers;
  const int64_t per_bias = config.bias ? layers : 0;
  specs::SpecBuilder build({.family = "gpt2",
                            .num_layers = layers,
                            .d_model = d,
                            .vocab_size = config.vocab_size,
                            .max_seq_len = config.max_seq_len});
  const specs::Copies each = specs::each_of(layers);
  build.matrix("attn.c_attn", LayerKind::kAttention, d, 3 * d, each);
  build.matrix("attn.c_proj", LayerKind::kAttention, d, d, each, specs::kIntoStream);
  build.matrix("mlp.c_fc", LayerKind::kMlp, d, config.d_ff, each);
  build.matrix("mlp.c_proj", LayerKind::kMlp, config.d_ff, d, each, specs::kIntoStream);
  build.vector(3 * d + d + config.d_ff + d, per_bias);
  build.vector(2 * d, layers);
  build.vector(2 * d, per_bias);
  build.vector(config.bias ? 2 * d : d, 1);
  build.keep(2 * d * layers);  // inputs of the norms
  build.attention_inputs(3 * d * layers);
  build.token_embedding(config.vocab_size, d, /*tied=*/true);
  build.position_embedding(config.max_seq_len, d);
  build.attention({.name = "attn",
                   .num_layers = layers,
                   .num_heads = config.num_heads,
                   .d_qk = config.d_head(),
                   .d_v = config.d_head()});
  return build.build();
}

Family gpt2_family() {
  return make_family<Gpt2Config>("GPT-2: dense, learned positions, LayerNorm, tied head", true,
                                 {"gpt2"}, gpt2_from_hf, gpt2_to_hf);
}

}  // namespace assay
