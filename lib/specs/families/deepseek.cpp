#include "specs/families/deepseek.h"

#include <fmt/format.h>

#include "specs/family.h"
#include "specs/hf_config.h"
#include "specs/spec_builder.h"

namespace assay {
namespace {

using specs::Copies;
using specs::each_of;
using specs::SpecBuilder;

void add_multi_head(SpecBuilder& build, const DeepseekConfig& config) {
  const MultiHeadAttention& mha = *config.multi_head;
  const Copies each = each_of(config.num_layers);
  const int64_t d = config.d_model;
  const int64_t q_width = config.num_heads * mha.d_head;
  const int64_t kv_width = mha.num_kv_heads * mha.d_head;
  build.matrix("self_attn.q_proj", LayerKind::kAttention, d, q_width, each);
  build.matrix("self_attn.k_proj", LayerKind::kAttention, d, kv_width, each);
  build.matrix("self_attn.v_proj", LayerKind::kAttention, d, kv_width, each);
  build.matrix("self_attn.o_proj", LayerKind::kAttention, q_width, d, each);
  build.attention({.name = "self_attn",
                   .num_layers = config.num_layers,
                   .num_heads = config.num_heads,
                   .d_qk = mha.d_head,
                   .d_v = mha.d_head});
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

void add_mlp(SpecBuilder& build, std::string_view name, LayerKind kind, int64_t d, int64_t d_ff,
             Copies copies) {
  build.matrix(fmt::format("{}.gate_proj", name), kind, d, d_ff, copies);
  build.matrix(fmt::format("{}.up_proj", name), kind, d, d_ff, copies);
  build.matrix(fmt::format("{}.down_proj", name), kind, d_ff, d, copies);
}

void add_mixture(SpecBuilder& build, const DeepseekConfig& config) {
  const int64_t d = config.d_model;
  const int64_t layers = config.num_layers - config.num_dense_layers;
  build.matrix("mlp.gate", LayerKind::kRouter, d, config.num_experts, each_of(layers));
  if (config.router.selection_bias) build.vector(config.num_experts, layers);
  add_mlp(build, "mlp.experts", LayerKind::kExperts, d, config.d_expert,
          {layers * config.num_experts, layers * config.top_k});
  if (config.num_shared_experts > 0) {
    add_mlp(build, "mlp.shared_experts", LayerKind::kSharedExperts, d,
            config.num_shared_experts * config.d_expert, each_of(layers));
  }
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
  read.ignore({"num_key_value_heads", "head_dim", "qk_head_dim", "rope_interleave"});
}

void read_router(HfReader& read) {
  const bool is_v3 = read.model_type() == "deepseek_v3";
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
  read.must_be("hidden_act", "silu");
  read.must_be("attention_bias", false);
  read.must_be("mlp_bias", false);
  read.must_be("moe_layer_freq", 1);
  read.must_be("tie_word_embeddings", false);
  read.ignore({"attention_dropout", "pretraining_tp", "aux_loss_alpha", "seq_aux", "ep_size",
               "initializer_range", "num_nextn_predict_layers", "quantization_config"});
  return read.finish("deepseek");
}

}  // namespace

void DeepseekConfig::validate(const FieldPlaces& at) const {
  if (multi_head.has_value() == latent.has_value()) {
    at.fail(latent ? "latent" : "num_heads",
            "exactly one of the tables multi_head and latent says how attention works");
  }
  if (multi_head && num_heads % multi_head->num_kv_heads != 0) {
    at.fail("multi_head",
            fmt::format("key heads do not divide the query heads: num_heads {} / num_kv_heads {}",
                        num_heads, multi_head->num_kv_heads));
  }
  if (num_dense_layers >= num_layers) {
    at.fail("num_dense_layers", fmt::format("no layer is left for the experts: {} of {} are dense",
                                            num_dense_layers, num_layers));
  }
  if (top_k > num_experts) {
    at.fail("top_k", fmt::format("more experts chosen than there are: top_k {}, num_experts {}",
                                 top_k, num_experts));
  }
  if (router.top_groups > router.num_groups || num_experts % router.num_groups != 0) {
    at.fail("router", fmt::format("groups do not fit: num_experts {}, num_groups {}, top_groups {}",
                                  num_experts, router.num_groups, router.top_groups));
  }
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
    add_mlp(build, "mlp", LayerKind::kMlp, d, config.d_ff, each_of(config.num_dense_layers));
  }
  add_mixture(build, config);
  build.vector(2 * d, config.num_layers);
  build.vector(d, 1);
  build.token_embedding(config.vocab_size, d, /*tied=*/false);
  return build.build();
}

Family deepseek_family() {
  return make_family<DeepseekConfig>(
      "DeepSeek: mixture of experts with shared experts and latent attention", false,
      {"deepseek", "deepseek_v2", "deepseek_v3"}, deepseek_from_hf);
}

}  // namespace assay
