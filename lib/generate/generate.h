#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "generate/sampling.h"
#include "models/language_model.h"

namespace assay {

/// What to generate.
struct GenerateOptions {
  int64_t num_tokens = 0;
  int64_t max_context = 0;  ///< the model's longest context
  int64_t vocab_limit = 0;  ///< only tokens below it; 0: the model's whole vocabulary
  SamplingOptions sampling;
};

/// Continues `prompt` by options.num_tokens tokens and returns these. When the context is full,
/// decoding starts again from its newer half. `on_token` is called with each token as it comes.
/// Throws: ConfigError on an empty prompt or sizes that are not positive; see sample_token.
std::vector<int64_t> generate(LanguageModel& model, std::span<const int64_t> prompt,
                              const GenerateOptions& options, at::Device device,
                              const std::function<void(int64_t)>& on_token = {});

}  // namespace assay
