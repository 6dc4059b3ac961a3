#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "generate/completion.h"
#include "generate/generation_options.h"
#include "generate/request.h"
#include "generate/text_stream.h"

namespace assay {

/// One completion while it grows. The request and the options must outlive it.
class GrowingSequence {
 public:
  /// Sample number `sample` of request number `index`.
  GrowingSequence(const GenerationRequest& request, size_t index, int64_t sample,
                  const GenerationOptions& options);

  /// The next token by its logits; see sample_token. Several sequences may choose at once.
  [[nodiscard]] int64_t choose(std::span<const float> logits) const;
  /// Appends it, tells on_token, and ends the sequence where it must.
  void take(int64_t token, std::span<const float> logits);

  [[nodiscard]] bool ended() const { return ended_; }
  [[nodiscard]] int64_t last_token() const { return history_.back(); }
  /// Tokens taken, a stop token included.
  [[nodiscard]] int64_t num_taken() const {
    return static_cast<int64_t>(history_.size() - request_->prompt.size());
  }
  /// The completion so far.
  [[nodiscard]] Completion finished() const;

 private:
  [[nodiscard]] bool is_full() const;
  void tell(int64_t token, std::string text) const;

  const GenerationRequest* request_;
  const GenerationOptions* options_;
  SamplingOptions sampling_;  ///< the request's with the sample's own seed
  Completion completion_;
  std::vector<int64_t> history_;  ///< prompt and all that was taken
  std::optional<TextStream> stream_;
  bool ended_ = false;
};

}  // namespace assay
