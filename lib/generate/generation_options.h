#pragma once

#include <c10/core/Device.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "generate/decode_stepper.h"
#include "record/run_clock.h"
#include "text/tokenizer.h"

namespace assay {

/// A token that was just chosen.
struct TokenEvent {
  size_t request = 0;
  int64_t sample = 0;
  int64_t token = 0;
  std::string text;  ///< what it makes final; empty without a tokenizer
  bool last = false;
};

/// How completions are generated.
struct GenerationOptions {
  at::Device device = at::kCPU;
  int64_t max_context = 0;    ///< the model's longest context
  int64_t vocab_limit = 0;    ///< only tokens below it; 0: the model's whole vocabulary
  int64_t max_sequences = 0;  ///< samples of one batch; 0: all of all requests at once
  const Tokenizer* tokenizer = nullptr;
  bool logprobs = false;
  std::function<void(const TokenEvent&)> on_token;
  /// Asked after every step; true ends everything as it is, with finish `interrupted`.
  std::function<bool()> stop;
  RunClock clock;         ///< the time of the batches' records
  WorkRecorder recorder;  ///< of decode steps: graph_recorder(device); empty: none is recorded
};

}  // namespace assay
