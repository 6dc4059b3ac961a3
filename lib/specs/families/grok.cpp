#include "specs/decoder_weights.h"
#include "specs/family.h"
#include "specs/shape_limits.h"
#include "specs/shape_rules.h"

namespace assay {
namespace {

/// Grok-1: grouped-query attention with bounded scores, RMSNorm before and after each sublayer, a
/// mixture of experts with a gated GELU in every layer, rotary positions, tied head, no biases.
/// Source: xAI 2024, xai-org/grok-1 `model.py` (DecoderLayer, DenseBlock, InOutEmbed).
struct GrokConfig {
  static constexpr std::string_view kFamily = "grok";

  int64_t num_layers = 0;
  int64_t d_model = 0;
  int64_t num_heads = 0;
  int64_t num_kv_heads = 0;
  int64_t d_head = 0;
  int64_t num_experts = 0;
  int64_t top_k = 0;
  int64_t d_expert = 0;
  int64_t vocab_size = 0;
  int64_t max_seq_len = 0;

  template <class V>
  void fields(V& visit) {
    visit("num_layers", num_layers, "transformer blocks", required(), specs::layer_count());
    visit("d_model", d_model, "width of the residual stream", required(), specs::width());
    visit("num_heads", num_heads, "query heads", required(), specs::head_count());
    visit("num_kv_heads", num_kv_heads, "key and value heads", required(), specs::head_count());
    visit("d_head", d_head, "width of a head", required(), specs::head_width());
    visit("num_experts", num_experts, "experts of a layer", required(), specs::expert_count());
    visit("top_k", top_k, "experts that a token goes to", required(), specs::expert_count());
    visit("d_expert", d_expert, "width of an expert's gated MLP", required(), specs::width());
    visit("vocab_size", vocab_size, "rows of the embedding", required(), specs::vocabulary());
    visit("max_seq_len", max_seq_len, "longest context", required(), specs::context());
  }
  void validate(const FieldPlaces& at) const {
    specs::require_shared_heads(at, num_heads, num_kv_heads);
    specs::require_enough_experts(at, num_experts, top_k);
  }
};

ModelSpec make_spec(const GrokConfig& config) {
  const int64_t d = config.d_model;
  const int64_t layers = config.num_layers;
  specs::SpecBuilder build({.family = "grok",
                            .num_layers = layers,
                            .d_model = d,
                            .vocab_size = config.vocab_size,
                            .max_seq_len = config.max_seq_len,
                            .num_experts = config.num_experts,
                            .top_k = config.top_k});
  specs::add_grouped_query(build, {.name = "multi_head_attention",
                                   .num_layers = layers,
                                   .d_model = d,
                                   .num_heads = config.num_heads,
                                   .num_kv_heads = config.num_kv_heads,
                                   .d_head = config.d_head});
  specs::add_mixture(build, {.num_layers = layers,
                             .d_model = d,
                             .num_experts = config.num_experts,
                             .top_k = config.top_k,
                             .d_expert = config.d_expert});
  specs::add_block_norms(build, layers, d, d);
  build.vector(2 * d, layers);  // norms after the sublayers
  build.keep(2 * d * layers);   // their inputs
  build.token_embedding(config.vocab_size, d, /*tied=*/true);
  return build.build();
}

}  // namespace

Family grok_family() {
  return make_family<GrokConfig>("Grok-1: a mixture in every layer, four norms a block", false, {},
                                 nullptr);
}

}  // namespace assay
