#pragma once

#include <cstdint>
#include <string_view>

#include "specs/decoder_sizes.h"
#include "specs/model_spec.h"

namespace assay {

/// Llama 1 to 3: RMSNorm before each sublayer, rotary positions, grouped-query attention, SwiGLU,
/// no biases. Source: Touvron et al. 2023; huggingface transformers `LlamaConfig`.
struct LlamaConfig : DecoderSizes {
  static constexpr std::string_view kFamily = "llama";

  int64_t d_ff = 0;

  LlamaConfig() { norm_eps = 1e-5; }

  template <class V>
  void fields(V& visit) {
    DecoderSizes::fields(visit);
    visit("d_ff", d_ff, "width of the SwiGLU MLP", required(), specs::width());
  }
};

/// Throws: ConfigError where the config breaks a rule of its fields.
ModelSpec make_spec(const LlamaConfig& config);

}  // namespace assay
