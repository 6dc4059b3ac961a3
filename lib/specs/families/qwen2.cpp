#include "specs/families/qwen2.h"

#include "specs/decoder_hf.h"
#include "specs/decoder_weights.h"
#include "specs/family.h"
#include "specs/hf_writer.h"

namespace assay {
namespace {

TomlTable qwen2_from_hf(const HfConfig& config) {
  HfReader read(config);
  specs::read_decoder_sizes(read, {.num_kv_heads = 32, .null_kv_heads = true});
  read.integer("intermediate_size", "d_ff");
  read.rope();
  specs::require_no_window(read);
  read.must_be("use_mrope", false);
  return read.finish("qwen2");
}

std::string qwen2_to_hf(const TomlTable& table, std::string_view dtype) {
  const auto config = model_config_from<Qwen2Config>(table);
  return HfWriter("qwen2", "Qwen2ForCausalLM", dtype)
      .sizes(config)
      .rope(config.rope_theta, config.rope_scaling)
      .set("intermediate_size", config.d_ff)
      .set("use_sliding_window", false)
      .text();
}

}  // namespace

ModelSpec make_spec(const Qwen2Config& config) {
  check_config(config, {.module = "specs", .name = "qwen2 config"});
  const specs::GroupedQuery attention = specs::grouped_query(config);
  specs::SpecBuilder build(specs::spec_of("qwen2", config));
  specs::add_grouped_query(build, attention);
  specs::add_gated_mlp(build, "mlp", LayerKind::kMlp, config.d_model, config.d_ff,
                       specs::each_of(config.num_layers));
  specs::add_block_norms(build, config.num_layers, config.d_model, config.d_model);
  build.vector(attention.q_width() + 2 * attention.kv_width(), config.num_layers);
  build.token_embedding(config.vocab_size, config.d_model, config.tie_embeddings);
  return build.build();
}

Family qwen2_family() {
  return make_family<Qwen2Config>("Qwen2: Llama's shape with biases on queries, keys and values",
                                  true, {"qwen2"}, qwen2_from_hf, qwen2_to_hf);
}

}  // namespace assay
