#include "generate/task_scores.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>

#include "error/error.h"
#include "generate/generation.h"

// Shapes: C choices, T tokens of the longest choice, V vocabulary.
namespace assay {
namespace {

std::vector<int64_t> tokens_of(const Tokenizer& tokenizer, const std::string& text) {
  const std::vector<uint32_t> tokens = tokenizer.encode(text);
  return {tokens.begin(), tokens.end()};
}

/// A text at the beginning, after what the tokenizer puts before one.
std::vector<int64_t> opening_tokens(const Tokenizer& tokenizer, const std::string& text) {
  const std::vector<uint32_t>& prefix = tokenizer.special_tokens().prefix;
  std::vector<int64_t> tokens(prefix.begin(), prefix.end());
  for (const int64_t token : tokens_of(tokenizer, text)) tokens.push_back(token);
  return tokens;
}

void require_room(size_t num_tokens, const Examinee& examinee, const std::string& where) {
  if (static_cast<int64_t>(num_tokens) <= examinee.max_context) return;
  throw DataError(fmt::format("[evaluate] {}: the item is longer than the model's context: {} > {}",
                              where, num_tokens, examinee.max_context));
}

size_t first_largest(const std::vector<double>& values) {
  return static_cast<size_t>(std::ranges::max_element(values) - values.begin());
}

/// ln p of each token of each choice, fp64 [C, T], after a context that the state holds.
at::Tensor choice_logprobs(const Examinee& examinee, const at::Tensor& first_V,
                           const at::Tensor& tokens_CT, DecodeState& state) {
  const int64_t num_choices = tokens_CT.size(0);
  at::Tensor logits_CTV = first_V.view({1, 1, -1}).expand({num_choices, 1, -1});
  if (tokens_CT.size(1) > 1) {
    const std::vector<int64_t> rows(static_cast<size_t>(num_choices), 0);
    state.keep(rows);
    const at::Tensor known = tokens_CT.narrow(1, 0, tokens_CT.size(1) - 1);
    const at::Tensor more = examinee.model.decode(known.to(examinee.device), state).to(at::kCPU);
    logits_CTV = at::cat({logits_CTV, more}, 1);
  }
  return logits_CTV.to(at::kDouble).log_softmax(-1).gather(-1, tokens_CT.unsqueeze(-1)).squeeze(-1);
}

std::string trimmed(const std::string& text) {
  constexpr const char* kSpace = " \t\r\n";
  const size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

}  // namespace

ChoiceScore score_choices(const Examinee& examinee, const ChoiceItem& item) {
  const at::NoGradGuard no_grad;
  const std::vector<int64_t> context = opening_tokens(examinee.tokenizer, item.context);
  std::vector<std::vector<int64_t>> choices;
  size_t longest = 0;
  for (const std::string& choice : item.choices) {
    choices.push_back(tokens_of(examinee.tokenizer, choice));
    longest = std::max(longest, choices.back().size());
  }
  require_room(context.size() + longest, examinee, item.where);
  const auto num_choices = static_cast<int64_t>(choices.size());
  // Shorter choices have padding behind them, which comes after all that is looked at.
  const at::Tensor tokens_CT = at::zeros({num_choices, static_cast<int64_t>(longest)}, at::kLong);
  for (int64_t i = 0; i < num_choices; ++i) {
    std::ranges::copy(choices[static_cast<size_t>(i)], tokens_CT[i].mutable_data_ptr<int64_t>());
  }
  DecodeState state{.capacity = static_cast<int64_t>(context.size() + longest)};
  const at::Tensor prompt = at::tensor(context, at::kLong).unsqueeze(0).to(examinee.device);
  const at::Tensor first_V = examinee.model.decode(prompt, state)[0][-1].to(at::kCPU);
  const at::Tensor logprobs_CT = choice_logprobs(examinee, first_V, tokens_CT, state);
  ChoiceScore score;
  std::vector<double> by_byte;
  for (int64_t i = 0; i < num_choices; ++i) {
    const auto length = static_cast<int64_t>(choices[static_cast<size_t>(i)].size());
    score.logprobs.push_back(logprobs_CT[i].narrow(0, 0, length).sum().item<double>());
    by_byte.push_back(score.logprobs.back() /
                      static_cast<double>(item.choices[static_cast<size_t>(i)].size()));
  }
  score.right = first_largest(score.logprobs) == item.answer;
  score.right_by_byte = first_largest(by_byte) == item.answer;
  return score;
}

std::vector<bool> score_exact(const Examinee& examinee, const std::vector<ExactItem>& items) {
  std::vector<GenerationRequest> requests;
  for (const ExactItem& item : items) {
    requests.push_back({.prompt = opening_tokens(examinee.tokenizer, item.prompt),
                        .max_tokens = item.max_tokens,
                        .sampling = {.temperature = 0},
                        .stop_texts = item.stop});
    require_room(requests.back().prompt.size() + 1, examinee, item.where);
  }
  const Generation generation = generate_completions(examinee.model, requests,
                                                     {.device = examinee.device,
                                                      .max_context = examinee.max_context,
                                                      .vocab_limit = examinee.vocab_limit,
                                                      .tokenizer = &examinee.tokenizer});
  std::vector<bool> right;
  for (const Completion& completion : generation.completions) {
    const std::string text = trimmed(completion.text);
    right.push_back(
        std::ranges::any_of(items[completion.request].answers,
                            [&](const std::string& answer) { return trimmed(answer) == text; }));
  }
  return right;
}

}  // namespace assay
