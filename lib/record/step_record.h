#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "record/inference_record.h"
#include "record/phase_power_fit.h"
#include "units/quantity.h"
#include "units/sourced.h"

namespace assay {

/// The exclusive phases of a step; their sum is the step.
enum class Phase { kData, kForward, kBackward, kComm, kOptimizer, kOther };
inline constexpr std::array kPhases{Phase::kData, Phase::kForward,   Phase::kBackward,
                                    Phase::kComm, Phase::kOptimizer, Phase::kOther};
/// "data", "forward", "backward", "comm", "optimizer", "other".
std::string_view to_string(Phase phase);

/// Where the wall time of a run goes, to the last second.
enum class RunState { kStartup, kProductive, kEval, kCheckpoint, kLost, kIdle };
inline constexpr std::array kRunStates{RunState::kStartup, RunState::kProductive,
                                       RunState::kEval,    RunState::kCheckpoint,
                                       RunState::kLost,    RunState::kIdle};
/// "startup", "productive", "eval", "checkpoint", "lost", "idle".
std::string_view to_string(RunState state);

/// Which clock timed a step.
enum class StepClock { kSteady, kCudaEvents };
std::string_view to_string(StepClock clock);  // "steady_clock", "cuda_events"

/// The time of one kind of layer in a step whose layers were timed; a part of the phases forward
/// and backward.
struct LayerTime {
  std::string kind;  ///< "embedding", "attention", "mlp", "router", "dispatch", "experts", "head" …
  Seconds forward;
  Seconds backward;
};

/// The exclusive times of one step. `phases[i]` is the time of `kPhases[i]`; their sum is `wall`.
struct StepProfile {
  Seconds wall;
  std::array<Seconds, kPhases.size()> phases{};
  std::optional<Seconds> overlapped_comm;  ///< beside the phases, never added to them
  /// Part of `other`: launches of graphs in which the device told no phases. Absent where there
  /// were none.
  std::optional<Seconds> unphased;
  StepClock clock = StepClock::kSteady;
  std::vector<LayerTime> layers;  ///< empty where the layers of this step were not timed
  /// Host time that setting and reading this step's marks took; absent where it was not measured.
  std::optional<Seconds> profiler_host;
};

/// What the router of one mixture layer did in a step, over all ranks.
struct RouterStats {
  std::optional<int64_t> layer{};  ///< 0 is the model's first block; absent in older records
  double load_entropy_nats = 0;    ///< of the experts' shares of the choices; ln(experts) is even
  double score_entropy_nats = 0;   ///< mean over tokens, of the scores made to sum to 1
  double max_violation = 0;        ///< (busiest expert - mean) / mean: 0 is even
  double mean_violation = 0;       ///< mean over experts of |load - mean| / mean
  int64_t dropped = 0;             ///< choices that found their expert full
  std::vector<double> bias;        ///< of the choice, per expert, after the step; empty: none
};

/// One optimizer step as it is written to steps.jsonl.
struct StepRecord {
  std::string stage;       ///< name of the stage of the run ("pretrain")
  int64_t step = 0;        ///< 1 is the first step
  double time_unix_s = 0;  ///< host clock at the end of the step
  Tokens tokens;           ///< targets in this step, over all ranks
  double loss = 0;         ///< mean cross-entropy in nats per target token
  double aux_loss = 0;     ///< sum of the weighted auxiliary losses; 0 for dense models
  double grad_norm = 0;    ///< before clipping
  double learning_rate = 0;
  bool skipped = false;  ///< non-finite: the update was not applied
  bool warmup = false;   ///< a first step that pays for allocation and kernel choice
  StepProfile profile;
  std::vector<std::vector<int64_t>> tokens_per_expert;  ///< [moe_layers][experts]; empty for dense
  std::vector<RouterStats> router;  ///< one per mixture layer; empty for dense and older records
  int attempt = 0;  ///< which process of the run wrote it, 0 first; set by RunWriter
};

/// A reading of one energy source. Joules are cumulative since the source started.
struct EnergySample {
  double time_unix_s = 0;
  std::string source;       ///< "nvml_counter", "nvml_power_integral", "rapl", "hwmon_counter" ...
  std::string device_uuid;  ///< or the zone's name for RAPL ("package-0")
  Joules energy;
  std::optional<Watts> power;
  Provenance provenance = Provenance::kMeasured;
  std::string node;  ///< set by RunWriter
  int attempt = 0;   ///< set by RunWriter
};

/// What happens beside the steps. `duration` is set for kinds that take time; times of steps,
/// startup, evals and checkpoints never overlap (time_account.h adds them up).
struct RunEvent {
  double time_unix_s = 0;  ///< host clock at the end of what it tells
  /// "run_start", "resume", "startup", "eval", "checkpoint", "sample", "warning", "phase_power",
  /// "stop": the table in FORMAT.md.
  std::string kind;
  int64_t step = 0;
  std::optional<Seconds> duration;
  std::optional<double> value;  ///< eval: validation loss in nats per token
  std::string message;
  std::optional<PhasePowerFit> phase_power{};  ///< of the kind "phase_power"
  int rank = 0;                                ///< set by RunWriter
  int attempt = 0;                             ///< set by RunWriter
};

using RunItem = std::variant<StepRecord, EnergySample, RunEvent, InferenceRecord>;

/// Takes what a run produces. Called from one host thread, in order, a few steps late; never
/// throws.
class StepSink {
 public:
  virtual ~StepSink() = default;
  virtual void consume(const RunItem& item) noexcept = 0;
};

}  // namespace assay
