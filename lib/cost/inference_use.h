#pragma once

#include <cstdint>
#include <optional>

#include "cost/run_efficiency.h"
#include "cost/run_prices.h"
#include "record/run_record.h"
#include "record/time_account.h"
#include "specs/model_spec.h"
#include "units/money.h"
#include "units/quantity.h"
#include "units/sourced.h"

namespace assay {

/// What passed through the model without training, in one of its two phases: prefill takes the
/// tokens of prompts, decode those that were generated after the first of each sequence.
struct InferencePhase {
  Tokens tokens;
  Seconds time;
  std::optional<TokensPerSecond> rate;  ///< of all sequences together; absent where nothing passed
  /// 2 x active parameters x tokens over time, as a share of the devices' ceiling (RateCeiling).
  /// Attention's products are left out. Source: Kaplan et al. 2020, section 2.1.
  std::optional<double> flops_share;
  /// Device rent of a million tokens while the devices do nothing else: rent x devices x time /
  /// tokens. Idle time costs extra; InferenceUse::per_million_held has it.
  std::optional<Sourced<Money>> per_million;
};

/// What a run's generation took and what its tokens cost, from the records alone.
struct InferenceUse {
  int64_t num_batches = 0;
  int64_t num_prompts = 0;
  int64_t num_sequences = 0;
  Tokens generated_tokens;
  InferencePhase prefill;
  InferencePhase decode;
  Seconds median_first_token;
  Seconds slowest_first_token;
  Bytes kv_per_sequence;       ///< the largest of a batch
  std::optional<double> busy;  ///< share of the time held in which prompts or tokens were computed
  std::optional<Joules> per_token;  ///< of batches with measured energy, over generated tokens
  /// Device rent of all the time held over the generated tokens: what they cost at `busy`.
  std::optional<Sourced<Money>> per_million_held;
};

/// Nothing where the run generated nothing. `spec` and `ceiling` may be null.
std::optional<InferenceUse> inference_use(const RunRecord& record, const TimeAccount& time,
                                          const RunPrices& prices, const ModelSpec* spec,
                                          const RateCeiling* ceiling);

}  // namespace assay
