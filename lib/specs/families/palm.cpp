#include "specs/decoder_weights.h"
#include "specs/family.h"
#include "specs/shape_limits.h"
#include "specs/spec_builder.h"

namespace assay {
namespace {

/// PaLM: one head of keys and values, attention and MLP side by side behind one LayerNorm without
/// bias, SwiGLU, tied head. There is no config.json of it.
/// Source: Chowdhery et al. 2022, arXiv 2204.02311, section 2.
struct PalmConfig {
  static constexpr std::string_view kFamily = "palm";

  int64_t num_layers = 0;
  int64_t d_model = 0;
  int64_t num_heads = 0;
  int64_t d_head = 0;
  int64_t d_ff = 0;
  int64_t vocab_size = 0;
  int64_t max_seq_len = 0;

  template <class V>
  void fields(V& visit) {
    visit("num_layers", num_layers, "transformer blocks", required(), specs::layer_count());
    visit("d_model", d_model, "width of the residual stream", required(), specs::width());
    visit("num_heads", num_heads, "query heads", required(), specs::head_count());
    visit("d_head", d_head, "width of a head", required(), specs::head_width());
    visit("d_ff", d_ff, "width of the SwiGLU MLP", required(), specs::width());
    visit("vocab_size", vocab_size, "rows of the embedding", required(), specs::vocabulary());
    visit("max_seq_len", max_seq_len, "longest context", required(), specs::context());
  }
};

ModelSpec make_spec(const PalmConfig& config) {
  const int64_t d = config.d_model;
  specs::SpecBuilder build({.family = "palm",
                            .num_layers = config.num_layers,
                            .d_model = d,
                            .vocab_size = config.vocab_size,
                            .max_seq_len = config.max_seq_len});
  specs::add_grouped_query(build, {.num_layers = config.num_layers,
                                   .d_model = d,
                                   .num_heads = config.num_heads,
                                   .num_kv_heads = 1,
                                   .d_head = config.d_head});
  specs::add_gated_mlp(build, "mlp", LayerKind::kMlp, d, config.d_ff,
                       specs::each_of(config.num_layers));
  // Attention and MLP read one tensor, which is counted for both: the second stands for the input
  // of the norm.
  build.vector(d, config.num_layers);
  build.vector(d, 1);
  build.token_embedding(config.vocab_size, d, /*tied=*/true);
  return build.build();
}

}  // namespace

Family palm_family() {
  return make_family<PalmConfig>("PaLM: dense, parallel blocks, one key head, SwiGLU", false, {},
                                 nullptr);
}

}  // namespace assay
