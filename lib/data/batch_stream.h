#pragma once

#include <cstdint>
#include <span>

#include "data/batch.h"
#include "data/token_dataset.h"

namespace assay::data {

/// What fixes the order of training samples.
struct BatchStreamOptions {
  uint64_t seed = 0;
  int64_t batch_size = 0;  ///< sequences of one step, over all micro-batches and ranks
  int64_t seq_len = 0;
};

/// The endless stream of training windows. Sample `i` of step `s` starts at a place of the dataset
/// that depends on (seed, s, i) only: the number of micro-batches or ranks does not change what a
/// step sees, and the only state to save is the step.
class BatchStream {
 public:
  /// Throws: ConfigError where a size is not positive, DataError where the dataset holds less than
  /// one window of seq_len + 1 tokens.
  BatchStream(TokenDataset dataset, BatchStreamOptions options);

  /// Samples [first, first + count) of `step`: tokens and targets int64 [count, seq_len] on the
  /// CPU. Throws: InternalError where the range leaves the batch.
  [[nodiscard]] Batch samples(int64_t step, int64_t first, int64_t count) const;

  /// Where sample `sample` of `step` starts in the dataset.
  [[nodiscard]] int64_t window_begin(int64_t step, int64_t sample) const;

  [[nodiscard]] const BatchStreamOptions& options() const { return options_; }

 private:
  TokenDataset dataset_;
  BatchStreamOptions options_;
};

/// Windows of seq_len + 1 tokens that start at each of `begins`, as a batch on the CPU. Places past
/// the end of the dataset are token 0 with target -1, which does not count. Where the dataset knows
/// its documents the batch has document_ids, and the first token of a document is no target.
Batch windows(const TokenDataset& dataset, std::span<const int64_t> begins, int64_t seq_len);

}  // namespace assay::data
