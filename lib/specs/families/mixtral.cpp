#include "specs/families/mixtral.h"

#include "error/error.h"
#include "specs/decoder_hf.h"
#include "specs/decoder_weights.h"
#include "specs/family.h"
#include "specs/hf_writer.h"
#include "specs/shape_rules.h"

namespace assay {
namespace {

TomlTable mixtral_from_hf(const HfConfig& config) {
  HfReader read(config);
  specs::read_decoder_sizes(read, {.norm_eps = 1e-5, .num_kv_heads = 8, .null_head_dim = true});
  read.integer("num_local_experts", "num_experts", 8);
  read.integer("num_experts_per_tok", "top_k", 2);
  read.integer("intermediate_size", "d_expert");
  read.number("router_aux_loss_coef", "aux_loss_weight", 0.001);
  read.plain_rope({.theta = 1e6});
  read.must_be_null("sliding_window");
  read.must_be("router_jitter_noise", 0.0);
  read.ignore({"output_router_logits"});
  return read.finish("mixtral");
}

std::string mixtral_to_hf(const TomlTable& table, std::string_view dtype) {
  const auto config = model_config_from<MixtralConfig>(table);
  require_hf_dispatch(config.dispatch);
  if (config.rope_scaling) {
    throw ConfigError("[specs] mixtral with rope_scaling has no Hugging Face form");
  }
  return HfWriter("mixtral", "MixtralForCausalLM", dtype)
      .sizes(config)
      .rope(config.rope_theta, config.rope_scaling)
      .set("num_local_experts", config.num_experts)
      .set("num_experts_per_tok", config.top_k)
      .set("intermediate_size", config.d_expert)
      .set("router_aux_loss_coef", config.aux_loss_weight)
      .set("sliding_window", nullptr)
      .text();
}

}  // namespace

void MixtralConfig::validate(const FieldPlaces& at) const {
  DecoderSizes::validate(at);
  specs::require_enough_experts(at, num_experts, top_k);
}

ModelSpec make_spec(const MixtralConfig& config) {
  check_config(config, {.module = "specs", .name = "mixtral config"});
  ModelSpec shape = specs::spec_of("mixtral", config);
  shape.num_experts = config.num_experts;
  shape.top_k = config.top_k;
  specs::SpecBuilder build(std::move(shape));
  specs::add_grouped_query(build, specs::grouped_query(config));
  specs::add_mixture(build, {.num_layers = config.num_layers,
                             .d_model = config.d_model,
                             .num_experts = config.num_experts,
                             .top_k = config.top_k,
                             .d_expert = config.d_expert});
  specs::add_block_norms(build, config.num_layers, config.d_model, config.d_model);
  build.token_embedding(config.vocab_size, config.d_model, config.tie_embeddings);
  return build.build();
}

Family mixtral_family() {
  return make_family<MixtralConfig>(
      "Mixtral: every layer a mixture, softmax over the chosen experts", true, {"mixtral"},
      mixtral_from_hf, mixtral_to_hf);
}

}  // namespace assay
