#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "data/token_dataset.h"
#include "models/language_model.h"

namespace assay {

/// How a dataset is cut for evaluation.
struct EvaluateOptions {
  int64_t seq_len = 0;
  int64_t batch_size = 0;  ///< windows of one forward pass
  int64_t max_tokens = 0;  ///< stop after the window in which this many are predicted; 0: all
};

/// The loss of a model over a dataset.
struct Evaluation {
  double loss_sum = 0;      ///< nats
  int64_t num_targets = 0;  ///< tokens that were predicted

  [[nodiscard]] double nats_per_token() const {
    return loss_sum / static_cast<double>(num_targets);
  }
};

/// Cuts the dataset into windows of seq_len, one after the other: every token but the first is
/// predicted once, from the tokens of its window before it. Auxiliary losses do not count. Waits
/// for the device once, at the end. Throws: ConfigError on sizes that are not positive, DataError
/// on a dataset of fewer than two tokens.
Evaluation evaluate(LanguageModel& model, const data::TokenDataset& dataset,
                    const EvaluateOptions& options, at::Device device);

/// Bits per byte of text: nats per token / (ln 2 x bytes per token).
double bits_per_byte(double nats_per_token, double bytes_per_token);

}  // namespace assay
