#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// Why a completion ended.
enum class FinishReason { kLength, kContext, kStopToken, kStopText, kInterrupted };
inline constexpr std::array kFinishReasons{FinishReason::kLength, FinishReason::kContext,
                                           FinishReason::kStopToken, FinishReason::kStopText,
                                           FinishReason::kInterrupted};
/// "length", "context", "stop_token", "stop_text", "interrupted".
std::string_view to_string(FinishReason reason);
/// The same for people: "max-tokens reached", "context full" ...
std::string_view in_words(FinishReason reason);

/// One sample of a request.
struct Completion {
  size_t request = 0;
  int64_t sample = 0;
  std::vector<int64_t> tokens;   ///< without the stop token; with those of a stop text
  std::vector<double> logprobs;  ///< of `tokens`, in nats; empty unless they were asked for
  std::string text;              ///< up to a stop text; empty without a tokenizer
  FinishReason finish = FinishReason::kInterrupted;
};

}  // namespace assay
