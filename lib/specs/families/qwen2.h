#pragma once

#include <cstdint>
#include <string_view>

#include "specs/decoder_sizes.h"
#include "specs/model_spec.h"

namespace assay {

/// Qwen2 and Qwen2.5: as Llama, with biases on the projections of queries, keys and values alone.
/// Source: Yang et al. 2024, arXiv 2407.10671; huggingface transformers `Qwen2Config`.
struct Qwen2Config : DecoderSizes {
  static constexpr std::string_view kFamily = "qwen2";

  int64_t d_ff = 0;

  template <class V>
  void fields(V& visit) {
    DecoderSizes::fields(visit);
    visit("d_ff", d_ff, "width of the SwiGLU MLP", required(), specs::width());
  }
};

/// Throws: ConfigError where the config breaks a rule of its fields.
ModelSpec make_spec(const Qwen2Config& config);

}  // namespace assay
