#include "generate/completion.h"

namespace assay {

std::string_view to_string(FinishReason reason) {
  switch (reason) {
    case FinishReason::kLength:
      return "length";
    case FinishReason::kContext:
      return "context";
    case FinishReason::kStopToken:
      return "stop_token";
    case FinishReason::kStopText:
      return "stop_text";
    case FinishReason::kInterrupted:
      return "interrupted";
  }
  return "?";
}

std::string_view in_words(FinishReason reason) {
  switch (reason) {
    case FinishReason::kLength:
      return "max-tokens reached";
    case FinishReason::kContext:
      return "context full";
    case FinishReason::kStopToken:
      return "stop token";
    case FinishReason::kStopText:
      return "stop text";
    case FinishReason::kInterrupted:
      return "interrupted";
  }
  return "?";
}

}  // namespace assay
