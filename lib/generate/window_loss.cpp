#include "generate/window_loss.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>

#include "error/error.h"

namespace assay {
namespace {

void check_windows(const data::TokenDataset& dataset, const WindowOptions& options) {
  if (options.seq_len <= 0 || options.stride <= 0 || options.max_tokens < 0 ||
      options.stride > options.seq_len) {
    throw ConfigError(
        fmt::format("[evaluate] windows need a positive seq_len and a stride of 1 to seq_len: "
                    "seq_len {}, stride {}, max_tokens {}",
                    options.seq_len, options.stride, options.max_tokens));
  }
  if (dataset.num_tokens() < 2) {
    throw DataError(
        fmt::format("[evaluate] nothing to predict: the text has {} tokens", dataset.num_tokens()));
  }
}

/// Predicts the tokens after `begin`; the first `num_known` of them were predicted before.
WindowLoss loss_of(LanguageModel& model, const std::vector<int64_t>& tokens, int64_t num_known,
                   at::Device device, const Tokenizer* tokenizer) {
  const auto length = static_cast<int64_t>(tokens.size()) - 1;
  const at::Tensor all = at::tensor(tokens, at::kLong).unsqueeze(0);
  at::Tensor targets = all.narrow(1, 1, length).clone();
  targets.narrow(1, 0, num_known).fill_(-1);
  const LmOutput output = model.forward(
      {.tokens = all.narrow(1, 0, length).contiguous().to(device), .targets = targets.to(device)});
  WindowLoss loss{.loss_sum = output.loss_sum.item<double>(), .num_targets = length - num_known};
  if (tokenizer != nullptr) {
    const std::span fresh = std::span(tokens).last(static_cast<size_t>(loss.num_targets));
    loss.num_bytes = static_cast<int64_t>(tokenizer->decode(fresh).size());
  }
  return loss;
}

}  // namespace

std::vector<WindowLoss> window_losses(LanguageModel& model, const data::TokenDataset& dataset,
                                      const WindowOptions& options, at::Device device,
                                      const Tokenizer* tokenizer) {
  check_windows(dataset, options);
  const at::NoGradGuard no_grad;
  const int64_t wanted = options.max_tokens == 0 ? dataset.num_tokens() : options.max_tokens;
  std::vector<WindowLoss> losses;
  int64_t predicted = 1;  // the first token cannot be
  for (int64_t begin = 0; predicted < dataset.num_tokens() && predicted <= wanted;
       begin += options.stride) {
    const int64_t end = std::min(begin + options.seq_len + 1, dataset.num_tokens());
    std::vector<int64_t> tokens(static_cast<size_t>(end - begin));
    dataset.read(begin, tokens);
    losses.push_back(loss_of(model, tokens, predicted - begin - 1, device, tokenizer));
    predicted = end;
  }
  return losses;
}

}  // namespace assay
