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
  }
  return "?";
}

}  // namespace assay
