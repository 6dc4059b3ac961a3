#include "specs/families/olmo2.h"

#include "error/error.h"
#include "specs/decoder_hf.h"
#include "specs/decoder_weights.h"
#include "specs/family.h"
#include "specs/hf_writer.h"

namespace assay {
namespace {

TomlTable olmo2_from_hf(const HfConfig& config) {
  HfReader read(config);
  specs::read_decoder_sizes(read, {.norm_eps = 1e-5, .null_kv_heads = true});
  read.integer("intermediate_size", "d_ff");
  read.plain_rope();
  read.must_be("attention_bias", false);
  return read.finish("olmo2");
}

std::string olmo2_to_hf(const TomlTable& table, std::string_view dtype) {
  const auto config = model_config_from<Olmo2Config>(table);
  if (config.rope_scaling || config.d_head * config.num_heads != config.d_model) {
    throw ConfigError(
        "[specs] olmo2 with rope_scaling, or with heads that do not fill d_model, has no Hugging "
        "Face form");
  }
  return HfWriter("olmo2", "Olmo2ForCausalLM", dtype)
      .sizes(config)
      .rope(config.rope_theta, config.rope_scaling)
      .set("intermediate_size", config.d_ff)
      .set("attention_bias", false)
      .text();
}

}  // namespace

ModelSpec make_spec(const Olmo2Config& config) {
  check_config(config, {.module = "specs", .name = "olmo2 config"});
  const specs::GroupedQuery attention = specs::grouped_query(config);
  specs::SpecBuilder build(specs::spec_of("olmo2", config));
  specs::add_grouped_query(build, attention);
  specs::add_gated_mlp(build, "mlp", LayerKind::kMlp, config.d_model, config.d_ff,
                       specs::each_of(config.num_layers));
  specs::add_block_norms(build, config.num_layers, config.d_model, config.d_model);
  build.vector(attention.q_width() + attention.kv_width(), config.num_layers);
  specs::keep_qk_norms(build, attention);
  build.token_embedding(config.vocab_size, config.d_model, config.tie_embeddings);
  return build.build();
}

Family olmo2_family() {
  return make_family<Olmo2Config>("OLMo 2: norms behind each sublayer, full-width qk-norm", true,
                                  {"olmo2"}, olmo2_from_hf, olmo2_to_hf);
}

}  // namespace assay
