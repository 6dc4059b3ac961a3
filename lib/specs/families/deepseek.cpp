#include "specs/families/deepseek.h"

#include <fmt/format.h>

#include "specs/decoder_weights.h"
#include "specs/family.h"
#include "specs/hf_config.h"
#include "specs/shape_rules.h"

namespace assay {
namespace {

using specs::Copies;
using specs::each_of;
using specs::SpecBuilder;

void add_multi_head(SpecBuilder& build, const DeepseekConfig& config) {
  specs::add_grouped_query(build, {.num_layers = config.num_layers,
                                   .d_model = config.d_model,
                                   .num_heads = config.num_heads,
                                   .num_kv_heads = config.multi_head->num_kv_heads,
                                   .d_head = config.multi_head->d_head});
}

// The weights of latent attention as training multiplies them: the up-projections are not absorbed.
void add_latent(SpecBuilder& build, const DeepseekConfig& config) {
  const LatentAttention& mla = *config.latent;
  const Copies each = each_of(config.num_layers);
  const int64_t d = config.d_model;
  const int64_t heads = config.num_heads;
  const int64_t q_width = heads * (mla.d_nope + mla.d_rope);
  if (mla.q_lora_rank) {
    build.matrix("self_attn.q_a_proj", LayerKind::kAttention, d, *mla.q_lora_rank, each);
    build.matrix("self_attn.q_b_proj", LayerKind::kAttention, *mla.q_lora_rank, q_width, each);
    build.vector(*mla.q_lora_rank, config.num_layers);
  } else {
    build.matrix("self_attn.q_proj", LayerKind::kAttention, d, q_width, each);
  }
  build.matrix("self_attn.kv_a_proj_with_mqa", LayerKind::kAttention, d,
               mla.kv_lora_rank + mla.d_rope, each);
  build.matrix("self_attn.kv_b_proj", LayerKind::kAttention, mla.kv_lora_rank,
               heads * (mla.d_nope + mla.d_v), each);
  build.vector(mla.kv_lora_rank, config.num_layers);
  build.matrix("self_attn.o_proj", LayerKind::kAttention, heads * mla.d_v, d, each);
  build.attention({.name = "self_attn",
                   .num_layers = config.num_layers,
                   .num_heads = heads,
                   .d_qk = mla.d_nope + mla.d_rope,
                   .d_v = mla.d_v});
}

void read_attention(HfReader& read, int64_t num_heads, int64_t d_model) {
  if (!read.has("kv_lora_rank")) {
    read.integer("num_key_value_heads", "multi_head.num_kv_heads", num_heads);
    read.integer("head_dim", "multi_head.d_head", num_heads > 0 ? d_model / num_heads : 0);
    return;
  }
  read.optional_integer("q_lora_rank", "latent.q_lora_rank");
  read.integer("kv_lora_rank", "latent.kv_lora_rank");
  read.integer("qk_nope_head_dim", "latent.d_nope");
  read.integer("qk_rope_head_dim", "latent.d_rope");
  read.integer("v_head_dim", "latent.d_v");
  // Every head has its own keys and values; transformers 5 writes the rotary or query width here.
  read.ignore({"num_key_value_heads", "head_dim", "qk_head_dim"});
  read.must_be("rope_interleave", true);
}

void read_router(HfReader& read) {
  const std::string type = read.model_type();
  const bool is_v3 = type == "deepseek_v3" || type == "kimi_k2";
  read.text("scoring_func", "router.scoring", is_v3 ? "sigmoid" : "softmax");
  const std::string method = read.name_of("topk_method", is_v3 ? "noaux_tc" : "greedy",
                                          {"noaux_tc", "greedy", "group_limited_greedy"});
  read.set("router.selection_bias", method == "noaux_tc");
  if (method == "greedy") {
    read.ignore({"n_group", "topk_group"});
  } else {
    read.integer("n_group", "router.num_groups");
    read.integer("topk_group", "router.top_groups");
  }
  read.boolean("norm_topk_prob", "router.renormalize", is_v3);
  read.number("routed_scaling_factor", "router.routed_scale", is_v3 ? 2.5 : 1.0);
}

// config.json of DeepSeek-MoE, V2 and V3. Multi-token prediction layers are outside of the spec.
TomlTable deepseek_from_hf(const HfConfig& config) {
  HfReader read(config);
  const int64_t d_model = read.integer("hidden_size", "d_model");
  read.integer("num_hidden_layers", "num_layers");
  read.integer("first_k_dense_replace", "num_dense_layers");
  const int64_t num_heads = read.integer("num_attention_heads", "num_heads");
  read.integer("intermediate_size", "d_ff");
  read.integer("n_routed_experts", "num_experts");
  read.integer("n_shared_experts", "num_shared_experts", 0);
  read.integer("num_experts_per_tok", "top_k");
  read.integer("moe_intermediate_size", "d_expert");
  read.integer("vocab_size", "vocab_size");
  read.integer("max_position_embeddings", "max_seq_len");
  read_attention(read, num_heads, d_model);
  read_router(read);
  read.rope();
  read.number("rms_norm_eps", "norm_eps", 1e-6);
  read.number("initializer_range", "init_std", 0.02);
  read.must_be("hidden_act", "silu");
  read.must_be("attention_bias", false);
  read.must_be("mlp_bias", false);
  read.must_be("moe_layer_freq", 1);
  read.must_be("tie_word_embeddings", false);
  read.ignore({"attention_dropout", "pretraining_tp", "aux_loss_alpha", "seq_aux", "ep_size",
               "num_nextn_predict_layers", "output_router_logits", "quantization_config"});
  return read.finish("deepseek");
}

}  // namespace

void DeepseekConfig::validate(const FieldPlaces& at) const {
  if (multi_head.has_value() == latent.has_value()) {
    at.fail(latent ? "latent" : "num_heads",
            "exactly one of the tables multi_head and latent says how attention works");
  }
  if (latent) specs::require_even_head(at, "latent", latent->d_rope);
  if (multi_head) {
    specs::require_even_head(at, "multi_head", multi_head->d_head);
    specs::require_shared_heads(at, num_heads, multi_head->num_kv_heads, "multi_head");
  }
  specs::require_mixture_layers(at, num_layers, num_dense_layers);
  specs::require_enough_experts(at, num_experts, top_k);
  specs::require_whole_groups(at, "router", num_experts, router.num_groups, router.top_groups);
}

ModelSpec make_spec(const DeepseekConfig& config) {
  check_config(config, {.module = "specs", .name = "deepseek config"});
  const int64_t d = config.d_model;
  SpecBuilder build({.family = "deepseek",
                     .num_layers = config.num_layers,
                     .d_model = d,
                     .vocab_size = config.vocab_size,
                     .max_seq_len = config.max_seq_len,
                     .num_experts = config.num_experts,
                     .top_k = config.top_k});
  if (config.latent) {
    add_latent(build, config);
  } else {
    add_multi_head(build, config);
  }
  if (config.num_dense_layers > 0) {
    specs::add_gated_mlp(build, "mlp", LayerKind::kMlp, d, config.d_ff,
                         each_of(config.num_dense_layers));
  }
  const int64_t num_mixtures = config.num_layers - config.num_dense_layers;
  specs::add_mixture(build, {.num_layers = num_mixtures,
                             .d_model = d,
                             .num_experts = config.num_experts,
                             .top_k = config.top_k,
                             .d_expert = config.d_expert,
                             .num_shared_experts = config.num_shared_experts});
  if (config.router.selection_bias) build.vector(config.num_experts, num_mixtures);
  specs::add_block_norms(build, config.num_layers, d);
  build.token_embedding(config.vocab_size, d, /*tied=*/false);
  return build.build();
}

Family deepseek_family() {
  return make_family<DeepseekConfig>(
      "DeepSeek: mixture of experts with shared experts and latent attention", true,
      {"deepseek", "deepseek_v2", "deepseek_v3", "kimi_k2"}, deepseek_from_hf);
}

}  // namespace assay
