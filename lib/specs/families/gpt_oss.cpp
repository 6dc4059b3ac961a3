#include "specs/families/gpt_oss.h"

#include "specs/decoder_hf.h"
#include "specs/decoder_weights.h"
#include "specs/family.h"
#include "specs/hf_writer.h"
#include "specs/shape_rules.h"

namespace assay {
namespace {

void require_alternate_windows(HfReader& read) {
  const std::vector<std::string> types = read.layer_types();
  for (size_t layer = 0; layer < types.size(); ++layer) {
    if (types[layer] != (layer % 2 == 0 ? "sliding_attention" : "full_attention")) {
      read.refuse("layer_types", "this family computes with a window in every other layer only");
    }
  }
}

TomlTable gpt_oss_from_hf(const HfConfig& config) {
  HfReader read(config);
  specs::read_decoder_sizes(read, {.norm_eps = 1e-5, .num_kv_heads = 8, .d_head = 64});
  read.integer("num_local_experts", "num_experts", 128);
  if (read.has("experts_per_token") && !read.has("num_experts_per_tok")) {
    read.integer("experts_per_token", "top_k");
  } else {
    read.integer("num_experts_per_tok", "top_k", 4);
  }
  read.must_agree("experts_per_token", "num_experts_per_tok");  // the first is the older name
  read.integer("intermediate_size", "d_expert");
  read.integer("sliding_window", "window", 128);
  read.number("swiglu_limit", "swiglu_limit", 7.0);
  read.must_be("swiglu_alpha", 1.702);
  read.number("router_aux_loss_coef", "aux_loss_weight", 0.001);
  if (!read.has("rope_parameters") && !read.has("rope_scaling")) {
    read.refuse("rope_scaling",
                "missing: transformers stretches this family's positions without it");
  }
  read.rope({.theta = 150000});
  read.must_be("attention_bias", true);
  require_alternate_windows(read);
  read.note_left_out({"quantization_config"});
  // The context before the stretch stands in rope_scaling too.
  read.ignore({"initial_context_length", "output_router_logits"});
  return read.finish("gpt_oss");
}

void add_attention(specs::SpecBuilder& build, const GptOssConfig& config) {
  specs::GroupedQuery shape = specs::grouped_query(config);
  const int64_t num_windowed = (config.num_layers + 1) / 2;
  shape.keeps_scores = true;  // sinks: no fused attention takes them
  specs::add_grouped_query(build, shape);
  build.vector(shape.q_width() + 2 * shape.kv_width() + config.d_model, config.num_layers);
  build.vector(config.num_heads, config.num_layers);  // sinks
  build.split_attention(num_windowed, config.window);
}

std::string gpt_oss_to_hf(const TomlTable& table, std::string_view dtype) {
  const auto config = model_config_from<GptOssConfig>(table);
  require_hf_dispatch(config.dispatch);
  std::vector<std::string> layer_types;
  for (int64_t layer = 0; layer < config.num_layers; ++layer) {
    layer_types.emplace_back(layer % 2 == 0 ? "sliding_attention" : "full_attention");
  }
  return HfWriter("gpt_oss", "GptOssForCausalLM", dtype)
      .sizes(config)
      .rope(config.rope_theta, config.rope_scaling)
      .set("num_local_experts", config.num_experts)
      .set("num_experts_per_tok", config.top_k)
      .set("intermediate_size", config.d_expert)
      .set("sliding_window", config.window)
      .set("swiglu_limit", config.swiglu_limit)
      .set("router_aux_loss_coef", config.aux_loss_weight)
      .set("attention_bias", true)
      .set("layer_types", layer_types)
      .text();
}

}  // namespace

void GptOssConfig::validate(const FieldPlaces& at) const {
  DecoderSizes::validate(at);
  specs::require_enough_experts(at, num_experts, top_k);
}

ModelSpec make_spec(const GptOssConfig& config) {
  check_config(config, {.module = "specs", .name = "gpt_oss config"});
  ModelSpec shape = specs::spec_of("gpt_oss", config);
  shape.num_experts = config.num_experts;
  shape.top_k = config.top_k;
  specs::SpecBuilder build(std::move(shape));
  add_attention(build, config);
  specs::add_mixture(build, {.num_layers = config.num_layers,
                             .d_model = config.d_model,
                             .num_experts = config.num_experts,
                             .top_k = config.top_k,
                             .d_expert = config.d_expert});
  // Between gate, up and their product the clamped SwiGLU holds the clamped gate, up + 1, the
  // product of both and the sigmoid.
  build.keep_own_fp32(4 * config.d_expert * config.num_layers * config.top_k);
  build.widened(2 * config.d_expert * config.num_layers * config.top_k);  // gate and up
  build.vector(config.num_experts, config.num_layers);
  build.vector(
      2 * config.d_expert + config.d_model,
      specs::Copies{config.num_layers * config.num_experts, config.num_layers * config.top_k});
  specs::add_block_norms(build, config.num_layers, config.d_model, config.d_model);
  build.token_embedding(config.vocab_size, config.d_model, config.tie_embeddings);
  return build.build();
}

Family gpt_oss_family() {
  return make_family<GptOssConfig>(
      "gpt-oss: attention sinks, a window in every other layer, every layer a mixture", true,
      {"gpt_oss"}, gpt_oss_from_hf, gpt_oss_to_hf);
}

}  // namespace assay
