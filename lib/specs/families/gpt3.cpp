#include "specs/family.h"
#include "specs/shape_limits.h"
#include "specs/shape_rules.h"
#include "specs/spec_builder.h"

namespace assay {
namespace {

/// GPT-3: GPT-2 with dense and locally banded sparse attention in turn. The paper does not give the
/// band; without `window` every layer is counted as dense, which is an upper bound of attention's
/// FLOPs. There is no config.json of it.
/// Source: Brown et al. 2020, arXiv 2005.14165, section 2.1 and Table 2.1.
struct Gpt3Config {
  static constexpr std::string_view kFamily = "gpt3";

  int64_t num_layers = 0;
  int64_t d_model = 0;
  int64_t num_heads = 0;
  int64_t vocab_size = 0;
  int64_t max_seq_len = 0;
  std::optional<int64_t> window;

  template <class V>
  void fields(V& visit) {
    visit("num_layers", num_layers, "transformer blocks", required(), specs::layer_count());
    visit("d_model", d_model, "width of the residual stream", required(), specs::width());
    visit("num_heads", num_heads, "attention heads", required(), specs::head_count());
    visit("vocab_size", vocab_size, "rows of the embedding", required(), specs::vocabulary());
    visit("max_seq_len", max_seq_len, "learned positions", required(), specs::context());
    visit("window", window, "keys that a query of every other layer sees", specs::context());
  }
  void validate(const FieldPlaces& at) const { specs::require_whole_heads(at, d_model, num_heads); }
};

ModelSpec make_spec(const Gpt3Config& config) {
  const int64_t d = config.d_model;
  const int64_t layers = config.num_layers;
  specs::SpecBuilder build({.family = "gpt3",
                            .num_layers = layers,
                            .d_model = d,
                            .vocab_size = config.vocab_size,
                            .max_seq_len = config.max_seq_len});
  const specs::Copies each = specs::each_of(layers);
  build.matrix("attn.c_attn", LayerKind::kAttention, d, 3 * d, each);
  build.matrix("attn.c_proj", LayerKind::kAttention, d, d, each, specs::kIntoStream);
  build.matrix("mlp.c_fc", LayerKind::kMlp, d, 4 * d, each);
  build.matrix("mlp.c_proj", LayerKind::kMlp, 4 * d, d, each, specs::kIntoStream);
  build.vector(3 * d + d + 4 * d + d, layers);  // biases in the order of the weights
  build.vector(2 * 2 * d, layers);              // two LayerNorms
  build.vector(2 * d, 1);
  build.keep(2 * d * layers);  // inputs of the norms
  build.token_embedding(config.vocab_size, d, /*tied=*/true);
  build.position_embedding(config.max_seq_len, d);
  build.attention({.name = "attn",
                   .num_layers = layers,
                   .num_heads = config.num_heads,
                   .d_qk = d / config.num_heads,
                   .d_v = d / config.num_heads});
  if (config.window && layers > 1) build.split_attention(layers / 2, *config.window);
  return build.build();
}

}  // namespace

Family gpt3_family() {
  return make_family<Gpt3Config>("GPT-3: GPT-2 with dense and banded attention in turn", false, {},
                                 nullptr);
}

}  // namespace assay
