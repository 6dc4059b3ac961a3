#pragma once

#include <c10/core/Device.h>

#include <cstdint>
#include <vector>

#include "data/token_dataset.h"
#include "models/language_model.h"
#include "text/tokenizer.h"

namespace assay {

/// How a dataset is cut into windows that overlap.
struct WindowOptions {
  int64_t seq_len = 0;     ///< tokens that a window gives to the model
  int64_t stride = 0;      ///< tokens from the start of one window to that of the next
  int64_t max_tokens = 0;  ///< stop after the window in which this many are predicted; 0: all
};

/// What one window adds.
struct WindowLoss {
  double loss_sum = 0;      ///< nats, of the tokens that this window is the first to predict
  int64_t num_targets = 0;  ///< these tokens
  int64_t num_bytes = 0;    ///< their text; 0 without a tokenizer
};

/// The loss of a model over a dataset, window by window. Every token but the first is predicted
/// once: in the first window from all before it, and in the others with at least seq_len - stride
/// tokens before it. A stride of seq_len gives windows that do not overlap (evaluate). Auxiliary
/// losses do not count. `tokenizer` may be null. Throws: ConfigError on sizes that are not positive
/// or a stride above seq_len, DataError on a dataset of fewer than two tokens.
std::vector<WindowLoss> window_losses(LanguageModel& model, const data::TokenDataset& dataset,
                                      const WindowOptions& options, at::Device device,
                                      const Tokenizer* tokenizer);

}  // namespace assay
