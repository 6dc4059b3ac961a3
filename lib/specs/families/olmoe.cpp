#include "specs/families/olmoe.h"

#include "specs/decoder_weights.h"
#include "specs/family.h"
#include "specs/hf_reader.h"
#include "specs/hf_writer.h"
#include "specs/shape_rules.h"

namespace assay {
namespace {

TomlTable olmoe_from_hf(const HfConfig& config) {
  HfReader read(config);
  read.integer("hidden_size", "d_model");
  read.integer("num_hidden_layers", "num_layers");
  const int64_t num_heads = read.integer("num_attention_heads", "num_heads");
  read.integer_or_null("num_key_value_heads", "num_kv_heads", num_heads, num_heads);
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
  read.note_dropout({"attention_dropout"});
  read.ignore({"output_router_logits"});
  return read.finish("olmoe");
}

std::string olmoe_to_hf(const TomlTable& table, std::string_view dtype) {
  const auto config = model_config_from<OlmoeConfig>(table);
  require_hf_dispatch(config.dispatch);
  return HfWriter("olmoe", "OlmoeForCausalLM", dtype)
      .set("hidden_size", config.d_model)
      .set("num_hidden_layers", config.num_layers)
      .set("num_attention_heads", config.num_heads)
      .set("num_key_value_heads", config.num_kv_heads)
      .set("num_experts", config.num_experts)
      .set("num_experts_per_tok", config.top_k)
      .set("intermediate_size", config.d_expert)
      .set("vocab_size", config.vocab_size)
      .set("max_position_embeddings", config.max_seq_len)
      .set("tie_word_embeddings", config.tie_embeddings)
      .set("norm_topk_prob", config.renormalize)
      .set("router_aux_loss_coef", config.aux_loss_weight)
      .rope(config.rope_theta, std::nullopt)
      .set("rms_norm_eps", config.norm_eps)
      .set("initializer_range", config.init_std)
      .set("hidden_act", "silu")
      .set("attention_bias", false)
      .set("clip_qkv", nullptr)
      .text();
}

}  // namespace

void OlmoeConfig::validate(const FieldPlaces& at) const {
  specs::require_whole_heads(at, d_model, num_heads);
  specs::require_even_head(at, "num_heads", d_head());
  specs::require_shared_heads(at, num_heads, num_kv_heads);
  specs::require_enough_experts(at, num_experts, top_k);
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
  const specs::GroupedQuery attention{.num_layers = layers,
                                      .d_model = d,
                                      .num_heads = config.num_heads,
                                      .num_kv_heads = config.num_kv_heads,
                                      .d_head = config.d_head()};
  specs::add_grouped_query(build, attention);
  specs::add_mixture(build, {.num_layers = layers,
                             .d_model = d,
                             .num_experts = config.num_experts,
                             .top_k = config.top_k,
                             .d_expert = config.d_expert});
  specs::add_block_norms(build, layers, d, d);
  build.vector(attention.q_width() + attention.kv_width(), layers);
  specs::keep_qk_norms(build, attention);
  build.token_embedding(config.vocab_size, d, config.tie_embeddings);
  return build.build();
}

Family olmoe_family() {
  return make_family<OlmoeConfig>("OLMoE: mixture of experts, softmax router, full-width qk-norm",
                                  true, {"olmoe"}, olmoe_from_hf, olmoe_to_hf);
}

}  // namespace assay
