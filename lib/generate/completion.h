#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// Why a completion ended.
enum class FinishReason { kLength, kContext, kStopToken, kStopText };
/// "length", "context", "stop_token", "stop_text".
std::string_view to_string(FinishReason reason);

/// One sample of a request.
struct Completion {
  size_t request = 0;
  int64_t sample = 0;
  std::vector<int64_t> tokens;   ///< without the stop token; with those of a stop text
  std::vector<double> logprobs;  ///< of `tokens`, in nats; empty unless they were asked for
  std::string text;              ///< up to a stop text; empty without a tokenizer
  FinishReason finish = FinishReason::kLength;
};

}  // namespace assay
