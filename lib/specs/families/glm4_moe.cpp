#include "specs/families/glm4_moe.h"

#include "specs/decoder_hf.h"
#include "specs/decoder_weights.h"
#include "specs/family.h"
#include "specs/hf_writer.h"
#include "specs/shape_rules.h"

namespace assay {
namespace {

TomlTable glm4_moe_from_hf(const HfConfig& config) {
  HfReader read(config);
  specs::read_decoder_sizes(read, {.norm_eps = 1e-5, .num_kv_heads = 8});
  read.integer("first_k_dense_replace", "num_dense_layers");
  read.integer("intermediate_size", "d_ff");
  read.integer("n_routed_experts", "num_experts");
  read.integer("n_shared_experts", "num_shared_experts", 1);
  read.integer("num_experts_per_tok", "top_k");
  read.integer("moe_intermediate_size", "d_expert");
  read.boolean("attention_bias", "qkv_bias", false);
  read.boolean("use_qk_norm", "qk_norm", false);
  read.integer("n_group", "num_groups", 1);
  read.integer("topk_group", "top_groups", 1);
  read.boolean("norm_topk_prob", "renormalize", true);
  read.number("routed_scaling_factor", "routed_scale", 1.0);
  read.rope({.share_path = "rotary_share", .share = 0.5});
  read.note_left_out({"num_nextn_predict_layers"});
  read.ignore({"output_router_logits"});
  return read.finish("glm4_moe");
}

std::string glm4_moe_to_hf(const TomlTable& table, std::string_view dtype) {
  const auto config = model_config_from<Glm4MoeConfig>(table);
  require_hf_dispatch(config.dispatch);
  return HfWriter("glm4_moe", "Glm4MoeForCausalLM", dtype)
      .sizes(config)
      .rope(config.rope_theta, config.rope_scaling)
      .set("partial_rotary_factor", config.rotary_share)
      .set("first_k_dense_replace", config.num_dense_layers)
      .set("intermediate_size", config.d_ff)
      .set("n_routed_experts", config.num_experts)
      .set("n_shared_experts", config.num_shared_experts)
      .set("num_experts_per_tok", config.top_k)
      .set("moe_intermediate_size", config.d_expert)
      .set("attention_bias", config.qkv_bias)
      .set("use_qk_norm", config.qk_norm)
      .set("n_group", config.num_groups)
      .set("topk_group", config.top_groups)
      .set("norm_topk_prob", config.renormalize)
      .set("routed_scaling_factor", config.routed_scale)
      .text();
}

}  // namespace

void Glm4MoeConfig::validate(const FieldPlaces& at) const {
  DecoderSizes::validate(at);
  const double rotary = rotary_share * static_cast<double>(d_head);
  if (rotary != 2.0 * static_cast<double>(static_cast<int64_t>(rotary / 2))) {
    at.fail("rotary_share", "the share of a head with rotary positions is no even width");
  }
  specs::require_enough_experts(at, num_experts, top_k);
  specs::require_mixture_layers(at, num_layers, num_dense_layers);
  specs::require_whole_groups(at, {.num_experts = num_experts,
                                   .num_groups = num_groups,
                                   .top_groups = top_groups,
                                   .top_k = top_k});
}

ModelSpec make_spec(const Glm4MoeConfig& config) {
  check_config(config, {.module = "specs", .name = "glm4_moe config"});
  ModelSpec shape = specs::spec_of("glm4_moe", config);
  shape.num_experts = config.num_experts;
  shape.top_k = config.top_k;
  const int64_t num_mixtures = config.num_layers - config.num_dense_layers;
  specs::GroupedQuery attention = specs::grouped_query(config);
  attention.norms_in_projection = config.qk_norm && config.rotary_share == 1;
  specs::SpecBuilder build(std::move(shape));
  specs::add_grouped_query(build, attention);
  if (config.qkv_bias) {
    build.vector(attention.q_width() + 2 * attention.kv_width(), config.num_layers);
  }
  if (config.qk_norm) {
    build.vector(2 * config.d_head, config.num_layers);
    specs::keep_qk_norms(build, attention);
  }
  if (config.num_dense_layers > 0) {
    specs::add_gated_mlp(build, "mlp", LayerKind::kMlp, config.d_model, config.d_ff,
                         specs::each_of(config.num_dense_layers));
  }
  specs::add_mixture(build, {.num_layers = num_mixtures,
                             .d_model = config.d_model,
                             .num_experts = config.num_experts,
                             .top_k = config.top_k,
                             .d_expert = config.d_expert,
                             .num_shared_experts = config.num_shared_experts});
  build.vector(config.num_experts, num_mixtures);  // the choice's bias
  specs::add_block_norms(build, config.num_layers, config.d_model, config.d_model);
  build.token_embedding(config.vocab_size, config.d_model, config.tie_embeddings);
  return build.build();
}

Family glm4_moe_family() {
  return make_family<Glm4MoeConfig>(
      "GLM-4.5: mixture of experts, sigmoid router, shared experts, partly rotary heads", true,
      {"glm4_moe"}, glm4_moe_from_hf, glm4_moe_to_hf);
}

}  // namespace assay
