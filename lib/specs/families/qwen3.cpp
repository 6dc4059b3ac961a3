#include "specs/families/qwen3.h"

#include "specs/decoder_hf.h"
#include "specs/decoder_weights.h"
#include "specs/family.h"
#include "specs/hf_writer.h"

namespace assay {
namespace {

TomlTable qwen3_from_hf(const HfConfig& config) {
  HfReader read(config);
  specs::read_decoder_sizes(read, {.num_kv_heads = 32, .d_head = 128, .null_kv_heads = true});
  read.integer("intermediate_size", "d_ff");
  read.rope();
  specs::require_no_window(read);
  read.must_be("attention_bias", false);
  return read.finish("qwen3");
}

std::string qwen3_to_hf(const TomlTable& table, std::string_view dtype) {
  const auto config = model_config_from<Qwen3Config>(table);
  return HfWriter("qwen3", "Qwen3ForCausalLM", dtype)
      .sizes(config)
      .rope(config.rope_theta, config.rope_scaling)
      .set("intermediate_size", config.d_ff)
      .set("attention_bias", false)
      .set("use_sliding_window", false)
      .text();
}

}  // namespace

ModelSpec make_spec(const Qwen3Config& config) {
  check_config(config, {.module = "specs", .name = "qwen3 config"});
  specs::GroupedQuery attention = specs::grouped_query(config);
  attention.norms_in_projection = true;
  specs::SpecBuilder build(specs::spec_of("qwen3", config));
  specs::add_grouped_query(build, attention);
  specs::add_gated_mlp(build, "mlp", LayerKind::kMlp, config.d_model, config.d_ff,
                       specs::each_of(config.num_layers));
  specs::add_block_norms(build, config.num_layers, config.d_model, config.d_model);
  build.vector(2 * config.d_head, config.num_layers);
  specs::keep_qk_norms(build, attention);
  build.token_embedding(config.vocab_size, config.d_model, config.tie_embeddings);
  return build.build();
}

Family qwen3_family() {
  return make_family<Qwen3Config>(
      "Qwen3: Llama's shape with RMSNorm on each head of queries and keys", true, {"qwen3"},
      qwen3_from_hf, qwen3_to_hf);
}

}  // namespace assay
