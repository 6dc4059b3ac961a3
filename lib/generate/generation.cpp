#include "generate/generation.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iterator>

#include "error/error.h"
#include "generate/batch_plan.h"
#include "generate/growing_sequence.h"

// Shapes: R sequences of a batch, P prompts of it, T columns, V vocabulary.
namespace assay {
namespace {

using Clock = std::chrono::steady_clock;

Seconds since(Clock::time_point begin) {
  return Seconds(std::chrono::duration<double>(Clock::now() - begin).count());
}

void add_steps(const StepCounts& more, StepCounts& steps) {
  steps.eager += more.eager;
  steps.recorded += more.recorded;
  steps.replayed += more.replayed;
  if (steps.fallback.empty()) steps.fallback = more.fallback;
}

/// Parts of requests that are decoded together.
class RequestBatch {
 public:
  RequestBatch(LanguageModel& model, std::span<const GenerationRequest> requests,
               std::vector<RequestPart> parts, const GenerationOptions& options,
               WorkRecorder recorder)
      : model_(model),
        requests_(requests),
        parts_(std::move(parts)),
        options_(options),
        stepper_(model, state_, options.device, std::move(recorder)) {}

  GeneratedBatch run();
  [[nodiscard]] const StepCounts& steps() const { return stepper_.counts(); }

 private:
  [[nodiscard]] const GenerationRequest& request_of(const RequestPart& part) const {
    return requests_[part.request];
  }
  /// Logits fp32 [P, V] on the CPU after each prompt.
  at::Tensor prefill();
  /// One row of the state for each sample.
  at::Tensor with_samples(const at::Tensor& logits);
  /// Chooses a token for each sequence that has not ended by its row of the logits.
  void take_tokens(const at::Tensor& logits);
  /// Drops the sequences that ended; false where none is left.
  bool keep_open();
  /// Rows that ended may stay where steps are recorded, so that the recording can.
  [[nodiscard]] bool may_stay(size_t still_open) const;
  at::Tensor decode_step();
  [[nodiscard]] int64_t columns_needed() const;
  void count_tokens();

  LanguageModel& model_;
  std::span<const GenerationRequest> requests_;
  std::vector<RequestPart> parts_;
  const GenerationOptions& options_;
  DecodeState state_;
  DecodeStepper stepper_;
  std::vector<GrowingSequence> sequences_;
  std::vector<size_t> open_;  ///< which sequence each row of the state belongs to
  InferenceRecord record_;
};

int64_t RequestBatch::columns_needed() const {
  int64_t longest = 0;
  int64_t more = 0;
  for (const RequestPart& part : parts_) {
    const GenerationRequest& request = request_of(part);
    const auto length = static_cast<int64_t>(request.prompt.size());
    longest = std::max(longest, length);
    more = std::max(more, std::min(request.max_tokens, options_.max_context - length));
  }
  return longest + more - 1;  // the last token that is generated is looked at by none
}

at::Tensor RequestBatch::prefill() {
  size_t longest = 0;
  for (const RequestPart& part : parts_) {
    longest = std::max(longest, request_of(part).prompt.size());
  }
  const auto num_prompts = static_cast<int64_t>(parts_.size());
  state_ = {.capacity = columns_needed(), .last_logits_only = true};
  const at::Tensor tokens_PT = at::zeros({num_prompts, static_cast<int64_t>(longest)}, at::kLong);
  auto* row = tokens_PT.mutable_data_ptr<int64_t>();
  bool ragged = false;
  for (const RequestPart& part : parts_) {
    const std::vector<int64_t>& prompt = request_of(part).prompt;
    const size_t start = longest - prompt.size();
    std::ranges::copy(prompt, row + start);
    row += longest;
    state_.starts.push_back(static_cast<int64_t>(start));
    ragged = ragged || start > 0;
    record_.prompt_tokens += Tokens(static_cast<double>(prompt.size()));
  }
  if (!ragged) state_.starts.clear();
  record_.num_prompts = num_prompts;
  return model_.decode(tokens_PT.to(options_.device), state_).select(1, 0).to(at::kCPU);
}

at::Tensor RequestBatch::with_samples(const at::Tensor& logits) {
  std::vector<int64_t> rows;
  for (size_t i = 0; i < parts_.size(); ++i) {
    const RequestPart& part = parts_[i];
    for (int64_t sample = 0; sample < part.num_samples; ++sample) {
      rows.push_back(static_cast<int64_t>(i));
      open_.push_back(sequences_.size());
      sequences_.emplace_back(request_of(part), part.request, part.first_sample + sample, options_);
    }
  }
  record_.num_sequences = static_cast<int64_t>(sequences_.size());
  if (rows.size() == parts_.size()) return logits;
  state_.keep(rows);
  return logits.index_select(0, at::tensor(rows, at::kLong));
}

void RequestBatch::take_tokens(const at::Tensor& logits) {
  const at::Tensor logits_RV = logits.contiguous();
  const int64_t vocab = logits_RV.size(1);
  const int64_t width = options_.vocab_limit == 0 ? vocab : std::min(vocab, options_.vocab_limit);
  const auto row_of = [&](int64_t row) {
    return std::span(logits_RV.const_data_ptr<float>() + row * vocab, static_cast<size_t>(width));
  };
  std::vector<int64_t> tokens(open_.size());
  at::parallel_for(0, logits_RV.size(0), 1, [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row) {
      const auto place = static_cast<size_t>(row);
      if (sequences_[open_[place]].ended()) continue;
      tokens[place] = sequences_[open_[place]].choose(row_of(row));
    }
  });
  for (size_t place = 0; place < open_.size(); ++place) {
    if (sequences_[open_[place]].ended()) continue;
    sequences_[open_[place]].take(tokens[place], row_of(static_cast<int64_t>(place)));
  }
}

bool RequestBatch::may_stay(size_t still_open) const {
  return stepper_.records() && 2 * still_open > open_.size() &&
         state_.longest() < options_.max_context;
}

bool RequestBatch::keep_open() {
  std::vector<int64_t> rows;
  std::vector<size_t> still_open;
  for (size_t place = 0; place < open_.size(); ++place) {
    if (sequences_[open_[place]].ended()) continue;
    rows.push_back(static_cast<int64_t>(place));
    still_open.push_back(open_[place]);
  }
  if (!rows.empty() && may_stay(rows.size())) return true;
  if (!rows.empty() && rows.size() < open_.size()) {
    state_.keep(rows);
    stepper_.change_rows();
  }
  open_ = std::move(still_open);
  return !open_.empty();
}

at::Tensor RequestBatch::decode_step() {
  std::vector<int64_t> tokens;
  for (const size_t place : open_) tokens.push_back(sequences_[place].last_token());
  const at::Tensor tokens_R1 = at::tensor(tokens, at::kLong).unsqueeze(1);
  return stepper_.step(tokens_R1).to(at::kCPU);
}

void RequestBatch::count_tokens() {
  int64_t taken = 0;
  for (const GrowingSequence& sequence : sequences_) taken += sequence.num_taken();
  record_.generated_tokens = Tokens(static_cast<double>(taken));
  record_.decode_tokens = Tokens(static_cast<double>(taken - record_.num_sequences));
}

GeneratedBatch RequestBatch::run() {
  const Clock::time_point begin = Clock::now();
  at::Tensor logits = prefill();
  record_.prefill = since(begin);
  logits = with_samples(logits);
  record_.kv_cache = Bytes(static_cast<double>(state_.num_bytes()));
  record_.kv_per_sequence = record_.kv_cache / static_cast<double>(record_.num_sequences);
  take_tokens(logits);
  record_.first_token = since(begin);
  const Clock::time_point first = Clock::now();
  while (keep_open() && !(options_.stop && options_.stop())) take_tokens(decode_step());
  record_.decode = since(first);
  record_.time_unix_s = options_.clock.now_unix_s();
  count_tokens();
  GeneratedBatch batch{.record = record_};
  for (const GrowingSequence& sequence : sequences_) {
    batch.completions.push_back(sequence.finished());
  }
  return batch;
}

}  // namespace

void check_request(const GenerationRequest& request, const GenerationOptions& options) {
  if (request.prompt.empty()) {
    throw ConfigError("[generate] the prompt is empty: nothing to continue from");
  }
  const auto length = static_cast<int64_t>(request.prompt.size());
  if (length >= options.max_context) {
    throw ConfigError(
        fmt::format("[generate] the prompt leaves no room in the model's context: {} tokens, "
                    "context {}",
                    length, options.max_context));
  }
  if (request.max_tokens <= 0 || request.num_samples <= 0) {
    throw ConfigError(
        fmt::format("[generate] sizes must be positive: max_tokens {}, num_samples {}",
                    request.max_tokens, request.num_samples));
  }
  check_sampling(request.sampling);
  if (request.sampling.temperature == 0 && request.num_samples > 1) {
    throw ConfigError(
        fmt::format("[generate] temperature 0 gives every sample the same text: num_samples {}",
                    request.num_samples));
  }
  if (!request.stop_texts.empty() && options.tokenizer == nullptr) {
    throw ConfigError("[generate] stop texts need a tokenizer");
  }
}

StepCounts generate_batches(LanguageModel& model, std::span<const GenerationRequest> requests,
                            const GenerationOptions& options,
                            const std::function<void(GeneratedBatch)>& take) {
  for (const GenerationRequest& request : requests) check_request(request, options);
  const at::NoGradGuard no_grad;
  StepCounts steps;
  BatchPlan plan(requests, options.max_sequences);
  for (auto parts = plan.next(); !parts.empty(); parts = plan.next()) {
    if (options.stop && options.stop()) break;
    const bool falls_back = !steps.fallback.empty();
    RequestBatch batch(model, requests, std::move(parts), options,
                       falls_back ? WorkRecorder() : options.recorder);
    GeneratedBatch done = batch.run();
    add_steps(batch.steps(), steps);
    take(std::move(done));
  }
  return steps;
}

Generation generate_completions(LanguageModel& model, std::span<const GenerationRequest> requests,
                                const GenerationOptions& options) {
  Generation generation;
  generation.steps = generate_batches(model, requests, options, [&](GeneratedBatch batch) {
    std::ranges::move(batch.completions, std::back_inserter(generation.completions));
    generation.batches.push_back(batch.record);
  });
  return generation;
}

}  // namespace assay
