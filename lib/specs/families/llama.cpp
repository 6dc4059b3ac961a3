#include "specs/families/llama.h"

#include "specs/decoder_hf.h"
#include "specs/decoder_weights.h"
#include "specs/family.h"
#include "specs/hf_writer.h"

namespace assay {
namespace {

TomlTable llama_from_hf(const HfConfig& config) {
  HfReader read(config);
  specs::read_decoder_sizes(read, {.null_kv_heads = true, .null_head_dim = true});
  read.integer("intermediate_size", "d_ff");
  read.rope();
  read.must_be("attention_bias", false);
  read.must_be("mlp_bias", false);
  return read.finish("llama");
}

std::string llama_to_hf(const TomlTable& table, std::string_view dtype) {
  const auto config = model_config_from<LlamaConfig>(table);
  return HfWriter("llama", "LlamaForCausalLM", dtype)
      .sizes(config)
      .rope(config.rope_theta, config.rope_scaling)
      .set("intermediate_size", config.d_ff)
      .set("attention_bias", false)
      .set("mlp_bias", false)
      .text();
}

}  // namespace

ModelSpec make_spec(const LlamaConfig& config) {
  check_config(config, {.module = "specs", .name = "llama config"});
  specs::SpecBuilder build(specs::spec_of("llama", config));
  specs::add_grouped_query(build, specs::grouped_query(config));
  specs::add_gated_mlp(build, "mlp", LayerKind::kMlp, config.d_model, config.d_ff,
                       specs::each_of(config.num_layers));
  specs::add_block_norms(build, config.num_layers, config.d_model, config.d_model);
  build.token_embedding(config.vocab_size, config.d_model, config.tie_embeddings);
  return build.build();
}

Family llama_family() {
  return make_family<LlamaConfig>("Llama: dense, rotary positions, RMSNorm, grouped-query, SwiGLU",
                                  true, {"llama"}, llama_from_hf, llama_to_hf);
}

}  // namespace assay
