#pragma once

#include <cstdint>
#include <optional>

#include "units/quantity.h"

namespace assay {

/// One batch of prompts that were gone on from together, as it is written to inference.jsonl.
struct InferenceRecord {
  double time_unix_s = 0;  ///< host clock at the end of the batch
  int64_t num_prompts = 0;
  int64_t num_sequences = 0;     ///< completions; samples of one prompt share the pass over it
  Tokens prompt_tokens;          ///< passed through the model once a prompt; padding is not counted
  Tokens generated_tokens;       ///< of all completions, stop tokens included
  Tokens decode_tokens;          ///< of these, all but the first of each: that one comes of prefill
  Seconds prefill;               ///< the pass over the prompts
  Seconds decode;                ///< the steps after the first token, choosing included
  Seconds first_token;           ///< from the start of the batch to its first tokens
  Bytes kv_cache;                ///< of the whole batch, room for the tokens to come included
  Bytes kv_per_sequence;         ///< of one sequence of the batch's greatest length
  std::optional<Joules> energy;  ///< of this batch; absent where nothing measured it
  int attempt = 0;               ///< set by RunWriter
};

}  // namespace assay
