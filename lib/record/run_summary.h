#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "record/run_record.h"
#include "units/quantity.h"

namespace assay {

/// A validation of the run.
struct EvalPoint {
  int64_t step = 0;
  double loss = 0;                      ///< nats per token
  std::optional<double> bits_per_byte;  ///< where the manifest knows the bytes per token
  std::string note;                     ///< of the event: which part of the data was used
};

/// How evenly the router of one mixture layer spreads its tokens, over all steps that count.
struct ExpertLoad {
  int64_t mixture = 0;           ///< 0 is the first mixture layer
  std::optional<int64_t> layer;  ///< 0 is the model's first block; absent in older records
  std::vector<double> shares;    ///< of the layer's routed tokens; their sum is 1
  double max_over_mean = 0;      ///< 1 is even
};

/// A text that the run generated.
struct GeneratedSample {
  int64_t step = 0;
  std::string text;
};

/// The figures of a run that follow from its records alone. Steps marked warm-up (the first ones,
/// which pay for allocation) are left out of every rate and phase, and in everything else.
struct RunSummary {
  int64_t num_steps = 0;       ///< that count, warm-up included
  int64_t num_superseded = 0;  ///< done and lost
  int64_t num_skipped = 0;     ///< not finite, update not applied
  int64_t num_warmup = 0;
  Tokens tokens;  ///< of the steps that count

  Seconds timed_wall;  ///< of the steps that are not warm-up
  Tokens timed_tokens;
  std::optional<TokensPerSecond> tokens_per_second;  ///< timed_tokens / timed_wall
  std::optional<Seconds> median_step;
  std::optional<Seconds> slow_step;  ///< 95 of 100 steps are not slower
  std::optional<std::array<Seconds, kPhases.size()>> mean_phases;  ///< per timed step
  std::optional<std::array<double, kPhases.size()>> phase_shares;  ///< of timed_wall
  /// In graphs whose phases the device did not tell, per timed step: a part of `other`. Absent
  /// where there were none.
  std::optional<Seconds> mean_unphased;
  std::optional<double> unphased_share;  ///< of timed_wall
  /// By kind of layer, means of the timed steps whose layers were timed, in the order of a step.
  std::vector<LayerTime> mean_layers;
  /// Host time of the profiler over the wall time of the timed steps; absent where not measured.
  std::optional<double> profiler_share;

  std::optional<double> first_loss;  ///< training loss, nats per token
  std::optional<double> last_loss;
  std::optional<StepClock> clock;  ///< of the last step
  std::vector<EvalPoint> evals;    ///< those that count, ascending by step
  std::optional<EvalPoint> last_eval;
  std::optional<EvalPoint> best_eval;
  /// Entropy of the corpus' single tokens, nats: what a model scores that knows only frequencies.
  std::optional<double> unigram_entropy;

  std::vector<ExpertLoad> expert_loads;
  /// Choices of experts that were dropped for want of capacity, over all choices; absent for dense
  /// models and where the record does not say.
  std::optional<double> dropped_share;
  std::optional<GeneratedSample> sample;  ///< the last one
  /// The most memory that a process of the run held; absent where the record does not say.
  std::optional<Bytes> peak_tensors;   ///< of tensors on the device, by their allocator
  std::optional<Bytes> peak_resident;  ///< of the process on the host, with libraries and files
};

RunSummary summarise(const RunRecord& record);

}  // namespace assay
