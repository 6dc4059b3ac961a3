#pragma once

#include <cstdint>
#include <string_view>

#include "config/config.h"
#include "specs/model_spec.h"
#include "specs/shape_limits.h"

namespace assay {

/// GPT-2: learned positions, LayerNorm before each sublayer, GELU (tanh form), head tied to the
/// token embedding. `bias` false is nanoGPT's variant without biases in linear layers and norms.
/// Source: Radford et al. 2019; huggingface transformers `GPT2Config`.
struct Gpt2Config {
  static constexpr std::string_view kFamily = "gpt2";

  int64_t num_layers = 0;
  int64_t d_model = 0;
  int64_t num_heads = 0;
  int64_t d_ff = 0;
  int64_t vocab_size = 0;
  int64_t max_seq_len = 0;
  bool bias = true;
  double norm_eps = 1e-5;
  double init_std = 0.02;

  template <class V>
  void fields(V& visit) {
    visit("num_layers", num_layers, "transformer blocks", required(), specs::layer_count());
    visit("d_model", d_model, "width of the residual stream", required(), specs::width());
    visit("num_heads", num_heads, "attention heads", required(), specs::head_count());
    visit("d_ff", d_ff, "width of the MLP", required(), specs::width());
    visit("vocab_size", vocab_size, "rows of the embedding", required(), specs::vocabulary());
    visit("max_seq_len", max_seq_len, "learned positions", required(), specs::context());
    visit("bias", bias, "biases in linear layers and norms");
    visit("norm_eps", norm_eps, "epsilon of LayerNorm", above(0));
    visit("init_std", init_std, "standard deviation of fresh weights", above(0));
  }
  void validate(const FieldPlaces& at) const;

  [[nodiscard]] int64_t d_head() const { return d_model / num_heads; }
};

/// Throws: ConfigError where the config breaks a rule of its fields.
ModelSpec make_spec(const Gpt2Config& config);

}  // namespace assay
