#include "specs/families/qwen3_moe.h"

#include "specs/decoder_hf.h"
#include "specs/decoder_weights.h"
#include "specs/family.h"
#include "specs/hf_writer.h"
#include "specs/shape_rules.h"

namespace assay {
namespace {

TomlTable qwen3_moe_from_hf(const HfConfig& config) {
  HfReader read(config);
  specs::read_decoder_sizes(read, {.num_kv_heads = 4});
  // transformers 5 writes the number of experts under the name that mixtures share.
  const bool is_new = read.has("num_local_experts") && !read.has("num_experts");
  read.integer(is_new ? "num_local_experts" : "num_experts", "num_experts", 128);
  read.integer("num_experts_per_tok", "top_k", 8);
  read.integer("moe_intermediate_size", "d_expert");
  read.boolean("norm_topk_prob", "renormalize", false);
  read.number("router_aux_loss_coef", "aux_loss_weight", 0.001);
  read.rope();
  specs::require_no_window(read);
  read.must_be("attention_bias", false);
  read.must_be("decoder_sparse_step", 1);
  if (!read.integers("mlp_only_layers").empty()) {
    read.refuse("mlp_only_layers", "this family computes with a mixture in every layer");
  }
  // Width of the MLP of dense layers, of which there are none.
  read.ignore({"intermediate_size", "output_router_logits"});
  return read.finish("qwen3_moe");
}

std::string qwen3_moe_to_hf(const TomlTable& table, std::string_view dtype) {
  const auto config = model_config_from<Qwen3MoeConfig>(table);
  require_hf_dispatch(config.dispatch);
  return HfWriter("qwen3_moe", "Qwen3MoeForCausalLM", dtype)
      .sizes(config)
      .rope(config.rope_theta, config.rope_scaling)
      .set("num_experts", config.num_experts)
      .set("num_experts_per_tok", config.top_k)
      .set("moe_intermediate_size", config.d_expert)
      .set("intermediate_size", config.d_expert)  // of dense layers, of which there are none
      .set("norm_topk_prob", config.renormalize)
      .set("router_aux_loss_coef", config.aux_loss_weight)
      .set("attention_bias", false)
      .set("use_sliding_window", false)
      .set("decoder_sparse_step", 1)
      .set("mlp_only_layers", nlohmann::ordered_json::array())
      .text();
}

}  // namespace

void Qwen3MoeConfig::validate(const FieldPlaces& at) const {
  DecoderSizes::validate(at);
  specs::require_enough_experts(at, num_experts, top_k);
}

ModelSpec make_spec(const Qwen3MoeConfig& config) {
  check_config(config, {.module = "specs", .name = "qwen3_moe config"});
  ModelSpec shape = specs::spec_of("qwen3_moe", config);
  shape.num_experts = config.num_experts;
  shape.top_k = config.top_k;
  specs::GroupedQuery attention = specs::grouped_query(config);
  attention.norms_in_projection = true;
  specs::SpecBuilder build(std::move(shape));
  specs::add_grouped_query(build, attention);
  specs::add_mixture(build, {.num_layers = config.num_layers,
                             .d_model = config.d_model,
                             .num_experts = config.num_experts,
                             .top_k = config.top_k,
                             .d_expert = config.d_expert});
  specs::add_block_norms(build, config.num_layers, config.d_model, config.d_model);
  build.vector(2 * config.d_head, config.num_layers);
  specs::keep_qk_norms(build, attention);
  build.token_embedding(config.vocab_size, config.d_model, config.tie_embeddings);
  return build.build();
}

Family qwen3_moe_family() {
  return make_family<Qwen3MoeConfig>(
      "Qwen3-MoE: Qwen3's attention, every layer a mixture, softmax router", true, {"qwen3_moe"},
      qwen3_moe_from_hf, qwen3_moe_to_hf);
}

}  // namespace assay
