#include "specs/decoder_weights.h"
#include "specs/family.h"
#include "specs/hf_reader.h"
#include "specs/shape_limits.h"
#include "specs/shape_rules.h"

namespace assay {
namespace {

/// DBRX: grouped-query attention with clipped queries, keys and values, LayerNorm without bias, a
/// mixture of SwiGLU experts in every layer, rotary positions, untied head, no biases.
/// Source: Databricks 2024, databricks/dbrx; huggingface transformers `DbrxConfig`.
struct DbrxConfig {
  static constexpr std::string_view kFamily = "dbrx";

  int64_t num_layers = 0;
  int64_t d_model = 0;
  int64_t num_heads = 0;
  int64_t num_kv_heads = 0;
  int64_t num_experts = 0;
  int64_t top_k = 0;
  int64_t d_expert = 0;
  int64_t vocab_size = 0;
  int64_t max_seq_len = 0;

  template <class V>
  void fields(V& visit) {
    visit("num_layers", num_layers, "transformer blocks", required(), specs::layer_count());
    visit("d_model", d_model, "width of the residual stream", required(), specs::width());
    visit("num_heads", num_heads, "query heads", required(), specs::head_count());
    visit("num_kv_heads", num_kv_heads, "key and value heads", required(), specs::head_count());
    visit("num_experts", num_experts, "experts of a layer", required(), specs::expert_count());
    visit("top_k", top_k, "experts that a token goes to", required(), specs::expert_count());
    visit("d_expert", d_expert, "width of an expert's SwiGLU MLP", required(), specs::width());
    visit("vocab_size", vocab_size, "rows of the embedding", required(), specs::vocabulary());
    visit("max_seq_len", max_seq_len, "longest context", required(), specs::context());
  }
  void validate(const FieldPlaces& at) const {
    specs::require_whole_heads(at, d_model, num_heads);
    specs::require_shared_heads(at, num_heads, num_kv_heads);
    specs::require_enough_experts(at, num_experts, top_k);
  }
};

ModelSpec make_spec(const DbrxConfig& config) {
  specs::SpecBuilder build({.family = "dbrx",
                            .num_layers = config.num_layers,
                            .d_model = config.d_model,
                            .vocab_size = config.vocab_size,
                            .max_seq_len = config.max_seq_len,
                            .num_experts = config.num_experts,
                            .top_k = config.top_k});
  specs::add_grouped_query(build, {.name = "norm_attn_norm.attn",
                                   .num_layers = config.num_layers,
                                   .d_model = config.d_model,
                                   .num_heads = config.num_heads,
                                   .num_kv_heads = config.num_kv_heads,
                                   .d_head = config.d_model / config.num_heads});
  specs::add_mixture(build, {.num_layers = config.num_layers,
                             .d_model = config.d_model,
                             .num_experts = config.num_experts,
                             .top_k = config.top_k,
                             .d_expert = config.d_expert});
  specs::add_block_norms(build, config.num_layers, config.d_model, config.d_model);
  build.token_embedding(config.vocab_size, config.d_model, /*tied=*/false);
  return build.build();
}

void read_attention(HfReader& read, HfReader& inner) {
  read.set("num_kv_heads", "attn_config.kv_n_heads", inner.value_of("kv_n_heads"));
  inner.note_dropout({"attn_pdrop"});
  inner.ignore({"clip_qkv", "rope_theta"});  // they change no count
  inner.finish("dbrx");
}

void read_experts(HfReader& read, HfReader& inner) {
  read.set("num_experts", "ffn_config.moe_num_experts", inner.value_of("moe_num_experts"));
  read.set("top_k", "ffn_config.moe_top_k", inner.value_of("moe_top_k"));
  read.set("d_expert", "ffn_config.ffn_hidden_size", inner.value_of("ffn_hidden_size"));
  if (inner.has("ffn_act_fn")) {
    const HfConfig activation = inner.section("ffn_act_fn");
    HfReader name(activation);
    name.must_be("name", "silu");
    name.finish("dbrx");
  }
  inner.must_be("uniform_expert_assignment", false);
  inner.ignore({"ffn_act_fn", "hidden_size", "moe_jitter_eps", "moe_loss_weight",
                "moe_normalize_expert_weights"});
  inner.finish("dbrx");
}

TomlTable dbrx_from_hf(const HfConfig& config) {
  HfReader read(config);
  read.integer("d_model", "d_model");
  read.integer("n_layers", "num_layers");
  read.integer("n_heads", "num_heads");
  read.integer("vocab_size", "vocab_size");
  read.integer("max_seq_len", "max_seq_len", 2048);
  const HfConfig attention = read.section("attn_config");
  HfReader attention_reader(attention);
  read_attention(read, attention_reader);
  const HfConfig experts = read.section("ffn_config");
  HfReader experts_reader(experts);
  read_experts(read, experts_reader);
  read.must_be("tie_word_embeddings", false);
  read.note_dropout({"emb_pdrop", "resid_pdrop"});
  read.ignore({"attn_config", "ffn_config", "initializer_range", "num_key_value_heads",
               "output_router_logits", "rope_parameters"});
  return read.finish("dbrx");
}

}  // namespace

Family dbrx_family() {
  return make_family<DbrxConfig>("DBRX: a mixture in every layer, LayerNorm, clipped attention",
                                 false, {"dbrx"}, dbrx_from_hf);
}

}  // namespace assay
