#include "data/batch_stream.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "data/philox.h"
#include "error/error.h"

namespace assay::data {

namespace {

// A row of a batch and the tokens [begin, begin + present) that it and its last target are.
struct WindowRow {
  int64_t begin = 0;
  int64_t present = 0;
  int64_t row = 0;
  int64_t seq_len = 0;
};

// Writes the row's document_ids; the first token of a document is nobody's target.
void part_documents(const TokenDataset& dataset, const WindowRow& window, const Batch& batch) {
  std::vector<int64_t> ids(static_cast<size_t>(window.seq_len + 1));
  const auto present = std::span(ids).first(static_cast<size_t>(window.present));
  dataset.read_documents(window.begin, present);
  std::fill(ids.begin() + window.present, ids.end(), present.back());
  const int64_t first = window.row * window.seq_len;
  std::copy(ids.begin(), ids.end() - 1, batch.document_ids->mutable_data_ptr<int64_t>() + first);
  int64_t* targets = batch.targets.mutable_data_ptr<int64_t>() + first;
  for (size_t i = 0; i + 1 < ids.size(); ++i) {
    if (ids[i] != ids[i + 1]) targets[i] = -1;
  }
}

}  // namespace

BatchStream::BatchStream(TokenDataset dataset, BatchStreamOptions options)
    : dataset_(std::move(dataset)), options_(options) {
  if (options.batch_size <= 0 || options.seq_len <= 0) {
    throw ConfigError(fmt::format("[data] batch and sequence must be positive: batch {}, length {}",
                                  options.batch_size, options.seq_len));
  }
  if (dataset_.num_tokens() <= options.seq_len) {
    throw DataError(fmt::format("[data] dataset is shorter than one window: {} tokens, window {}",
                                dataset_.num_tokens(), options.seq_len + 1));
  }
}

int64_t BatchStream::window_begin(int64_t step, int64_t sample) const {
  const auto places = static_cast<uint64_t>(dataset_.num_tokens() - options_.seq_len);
  return static_cast<int64_t>(uniform_index(
      random_block(options_.seed, static_cast<uint64_t>(step), static_cast<uint64_t>(sample)),
      places));
}

Batch BatchStream::samples(int64_t step, int64_t first, int64_t count) const {
  check(first >= 0 && count > 0 && first + count <= options_.batch_size,
        "[data] samples are outside of the step's batch");
  std::vector<int64_t> begins(static_cast<size_t>(count));
  for (int64_t i = 0; i < count; ++i) {
    begins[static_cast<size_t>(i)] = window_begin(step, first + i);
  }
  return windows(dataset_, begins, options_.seq_len);
}

Batch windows(const TokenDataset& dataset, std::span<const int64_t> begins, int64_t seq_len) {
  const auto count = static_cast<int64_t>(begins.size());
  Batch batch{.tokens = at::empty({count, seq_len}, at::kLong),
              .targets = at::empty({count, seq_len}, at::kLong)};
  if (dataset.has_documents()) batch.document_ids = at::zeros({count, seq_len}, at::kLong);
  std::vector<int64_t> window(static_cast<size_t>(seq_len + 1));
  for (int64_t i = 0; i < count; ++i) {
    const int64_t begin = begins[static_cast<size_t>(i)];
    const int64_t present = std::min(seq_len + 1, dataset.num_tokens() - begin);
    dataset.read(begin, std::span(window).first(static_cast<size_t>(present)));
    std::fill(window.begin() + present, window.end(), int64_t{-1});
    int64_t* tokens = batch.tokens.mutable_data_ptr<int64_t>() + i * seq_len;
    std::transform(window.begin(), window.end() - 1, tokens,
                   [](int64_t token) { return std::max<int64_t>(token, 0); });
    std::copy(window.begin() + 1, window.end(),
              batch.targets.mutable_data_ptr<int64_t>() + i * seq_len);
    if (dataset.has_documents()) part_documents(dataset, {begin, present, i, seq_len}, batch);
  }
  return batch;
}

}  // namespace assay::data
