#pragma once

#include <cstdint>
#include <span>

namespace assay {

/// How a token is chosen from its logits.
struct SamplingOptions {
  double temperature = 1.0;  ///< 0: the likeliest token
  int64_t top_k = 0;         ///< only the k likeliest tokens; 0: all
  uint64_t seed = 0;
};

/// The token that draw number `draw` chooses: softmax(logits / temperature) over the top_k
/// likeliest tokens, which win ties by the lower number. Depends on its arguments only. Throws:
/// ConfigError where temperature or top_k is negative; TrainingError where no logit is finite.
int64_t sample_token(std::span<const float> logits, const SamplingOptions& options, uint64_t draw);

}  // namespace assay
