#pragma once

#include <cstdint>
#include <string_view>

#include "specs/decoder_sizes.h"
#include "specs/model_spec.h"

namespace assay {

/// Qwen3 (dense): as Llama, with an RMSNorm over each head of queries and of keys, whose weight all
/// heads share. The heads together may be wider than the stream.
/// Source: Yang et al. 2025, arXiv 2505.09388; huggingface transformers `Qwen3Config`.
struct Qwen3Config : DecoderSizes {
  static constexpr std::string_view kFamily = "qwen3";

  int64_t d_ff = 0;

  template <class V>
  void fields(V& visit) {
    DecoderSizes::fields(visit);
    visit("d_ff", d_ff, "width of the SwiGLU MLP", required(), specs::width());
  }
};

/// Throws: ConfigError where the config breaks a rule of its fields.
ModelSpec make_spec(const Qwen3Config& config);

}  // namespace assay
