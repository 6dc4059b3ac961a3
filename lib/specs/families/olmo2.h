#pragma once

#include <cstdint>
#include <string_view>

#include "specs/decoder_sizes.h"
#include "specs/model_spec.h"

namespace assay {

/// OLMo 2: RMSNorm on the output of each sublayer and none before it, RMSNorm over the whole
/// projected width of queries and keys, SwiGLU, no biases.
/// Source: OLMo team 2024, arXiv 2501.00656; huggingface transformers `Olmo2Config`.
struct Olmo2Config : DecoderSizes {
  static constexpr std::string_view kFamily = "olmo2";

  int64_t d_ff = 0;

  template <class V>
  void fields(V& visit) {
    DecoderSizes::fields(visit);
    visit("d_ff", d_ff, "width of the SwiGLU MLP", required(), specs::width());
  }
};

/// Throws: ConfigError where the config breaks a rule of its fields.
ModelSpec make_spec(const Olmo2Config& config);

}  // namespace assay
