#include "generate/generate.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>

#include "error/error.h"

namespace assay {
namespace {

void check_options(std::span<const int64_t> prompt, const GenerateOptions& options) {
  if (prompt.empty()) throw ConfigError("[generate] the prompt is empty: nothing to continue from");
  if (options.num_tokens <= 0 || options.max_context < 2) {
    throw ConfigError(fmt::format("[generate] sizes are too small: num_tokens {}, max_context {}",
                                  options.num_tokens, options.max_context));
  }
}

/// Logits fp32 [V] on the CPU after the last of `tokens`.
at::Tensor next_logits(LanguageModel& model, std::span<const int64_t> tokens, DecodeState& state,
                       at::Device device) {
  const at::Tensor input =
      at::tensor(at::ArrayRef<int64_t>(tokens.data(), tokens.size()), at::kLong).unsqueeze(0);
  return model.decode(input.to(device), state)[0][-1].to(at::kCPU).contiguous();
}

}  // namespace

std::vector<int64_t> generate(LanguageModel& model, std::span<const int64_t> prompt,
                              const GenerateOptions& options, at::Device device,
                              const std::function<void(int64_t)>& on_token) {
  check_options(prompt, options);
  const at::NoGradGuard no_grad;
  std::vector<int64_t> text(prompt.begin(), prompt.end());
  DecodeState state;
  auto fresh = static_cast<int64_t>(text.size());  // tokens that `state` does not hold yet
  for (int64_t draw = 0; draw < options.num_tokens; ++draw) {
    if (state.num_tokens + fresh > options.max_context) {
      state = {};
      fresh = std::min<int64_t>(static_cast<int64_t>(text.size()), options.max_context / 2);
    }
    const at::Tensor logits =
        next_logits(model, std::span(text).last(static_cast<size_t>(fresh)), state, device);
    const int64_t vocab = logits.numel();
    const int64_t width = options.vocab_limit == 0 ? vocab : std::min(vocab, options.vocab_limit);
    const std::span<const float> values(logits.const_data_ptr<float>(), static_cast<size_t>(width));
    text.push_back(sample_token(values, options.sampling, static_cast<uint64_t>(draw)));
    fresh = 1;
    if (on_token) on_token(text.back());
  }
  return {text.begin() + static_cast<std::ptrdiff_t>(prompt.size()), text.end()};
}

}  // namespace assay
