#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "generate/sampling.h"

namespace assay {

/// A prompt to go on from and how. Its completions depend on the model and on this alone, not on
/// what else is generated in the same batch.
struct GenerationRequest {
  std::vector<int64_t> prompt;  ///< never empty
  int64_t max_tokens = 0;
  SamplingOptions sampling;
  int64_t num_samples = 1;           ///< completions; they share the pass over the prompt
  std::vector<int64_t> stop_tokens;  ///< one of these ends a completion and is not part of it
  /// Text that ends a completion and is not part of its text; needs a tokenizer.
  std::vector<std::string> stop_texts;
};

}  // namespace assay
