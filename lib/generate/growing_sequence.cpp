#include "generate/growing_sequence.h"

#include <algorithm>

namespace assay {

GrowingSequence::GrowingSequence(const GenerationRequest& request, size_t index, int64_t sample,
                                 const GenerationOptions& options)
    : request_(&request),
      options_(&options),
      sampling_(request.sampling),
      completion_{.request = index, .sample = sample},
      history_(request.prompt) {
  sampling_.seed = seed_of_sample(request.sampling.seed, sample);
  if (options.tokenizer != nullptr) stream_.emplace(*options.tokenizer, request.stop_texts);
}

int64_t GrowingSequence::choose(std::span<const float> logits) const {
  return sample_token(logits, sampling_, static_cast<uint64_t>(num_taken()), history_);
}

bool GrowingSequence::is_full() const {
  return static_cast<int64_t>(history_.size()) >= options_->max_context;
}

void GrowingSequence::tell(int64_t token, std::string text) const {
  if (!options_->on_token) return;
  options_->on_token({.request = completion_.request,
                      .sample = completion_.sample,
                      .token = token,
                      .text = std::move(text),
                      .last = ended_});
}

void GrowingSequence::take(int64_t token, std::span<const float> logits) {
  history_.push_back(token);
  const bool is_stop =
      std::ranges::find(request_->stop_tokens, token) != request_->stop_tokens.end();
  std::string text;
  if (is_stop) {
    ended_ = true;
    completion_.finish = FinishReason::kStopToken;
  } else {
    completion_.tokens.push_back(token);
    if (options_->logprobs) completion_.logprobs.push_back(log_probability(logits, token));
    if (stream_) text = stream_->push(token);
    if (stream_ && stream_->stopped()) {
      ended_ = true;
      completion_.finish = FinishReason::kStopText;
    } else if (num_taken() >= request_->max_tokens || is_full()) {
      ended_ = true;
      completion_.finish =
          num_taken() >= request_->max_tokens ? FinishReason::kLength : FinishReason::kContext;
    }
  }
  if (ended_ && stream_) text += stream_->finish();
  tell(token, std::move(text));
}

Completion GrowingSequence::finished() const {
  Completion completion = completion_;
  if (stream_) completion.text = stream_->text();
  return completion;
}

}  // namespace assay
