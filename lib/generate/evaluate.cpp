#include "generate/evaluate.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <numbers>
#include <vector>

#include "data/batch_stream.h"
#include "error/error.h"

namespace assay {
namespace {

void check_sizes(const data::TokenDataset& dataset, const EvaluateOptions& options) {
  if (options.seq_len <= 0 || options.batch_size <= 0 || options.max_tokens < 0) {
    throw ConfigError(
        fmt::format("[generate] evaluation sizes must be positive: seq_len {}, batch_size {}, "
                    "max_tokens {}",
                    options.seq_len, options.batch_size, options.max_tokens));
  }
  if (dataset.num_tokens() < 2) {
    throw DataError(
        fmt::format("[generate] dataset has nothing to predict: {} tokens", dataset.num_tokens()));
  }
}

}  // namespace

Evaluation evaluate(LanguageModel& model, const data::TokenDataset& dataset,
                    const EvaluateOptions& options, at::Device device) {
  check_sizes(dataset, options);
  const at::NoGradGuard no_grad;
  const int64_t limit = options.max_tokens == 0 ? dataset.num_tokens() : options.max_tokens;
  const int64_t end = std::min(limit, dataset.num_tokens()) - 1;  // the last token is a target only
  at::Tensor loss_sum = at::zeros({}, at::TensorOptions(device).dtype(at::kDouble));
  at::Tensor num_targets = at::zeros({}, at::TensorOptions(device).dtype(at::kLong));
  const int64_t stride = options.seq_len * options.batch_size;
  for (int64_t first = 0; first < end; first += stride) {
    std::vector<int64_t> begins;
    for (int64_t at = first; at < std::min(end, first + stride); at += options.seq_len) {
      begins.push_back(at);
    }
    Batch batch = data::windows(dataset, begins, options.seq_len);
    batch.tokens = batch.tokens.to(device);
    batch.targets = batch.targets.to(device);
    const LmOutput output = model.forward(batch);
    loss_sum += output.loss_sum;
    num_targets += output.num_targets;
  }
  return {.loss_sum = loss_sum.item<double>(), .num_targets = num_targets.item<int64_t>()};
}

double bits_per_byte(double nats_per_token, double bytes_per_token) {
  return nats_per_token / (std::numbers::ln2 * bytes_per_token);
}

}  // namespace assay
