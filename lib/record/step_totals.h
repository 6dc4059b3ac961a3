#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "record/metered_time.h"
#include "record/step_record.h"
#include "record/step_times.h"
#include "record/step_windows.h"

namespace assay {

/// What the steps of a run add up to: all that a report needs of them, in memory that does not grow
/// with their number. "Timed" steps are those that count and are no warm-up.
struct StepTotals {
  using PhaseTimes = std::array<Seconds, kPhases.size()>;

  /// The steps of one process of the run.
  struct Attempt {
    int64_t num_steps = 0;
    Seconds kept;              ///< wall time of its steps that count
    Seconds lost;              ///< of those that a later process threw away
    double end_unix_s = 0;     ///< the latest time of a step's end
    double last_unix_s = 0;    ///< of its last step
    int64_t num_set_back = 0;  ///< steps that ended before the one before them: the clock was set
  };

  /// What the steps that count had taken up to an evaluation.
  struct TakenAt {
    int64_t step = 0;  ///< of the evaluation
    Seconds wall;
    Tokens tokens;
  };

  int64_t num_steps = 0;       ///< that count
  int64_t num_superseded = 0;  ///< done, then lost
  int64_t num_skipped = 0;
  int64_t num_warmup = 0;
  Tokens tokens;
  std::optional<double> first_loss;
  std::optional<double> last_loss;
  std::optional<StepClock> clock;  ///< of the last step
  StepWindows windows;             ///< for curves

  Seconds timed_wall;
  Tokens timed_tokens;
  PhaseTimes timed_phases{};
  StepTimes timed_walls;
  std::map<std::string, Tokens> timed_tokens_by_stage;
  std::vector<LayerTime> layers;  ///< sums over the timed steps whose layers were timed
  int64_t num_layer_steps = 0;
  Seconds timed_unphased;  ///< of the timed steps, in graphs whose phases are not known
  Seconds profiler_host;   ///< of the timed steps that tell it,
  Seconds profiled_wall;   ///< and their wall time

  PhaseTimes all_phases{};  ///< superseded steps too
  /// The part of `all_phases`, and of `tokens`, in the time that energy was read.
  PhaseTimes metered_phases{};
  Tokens metered_tokens;
  std::vector<Attempt> attempts;  ///< by process of the run; may be shorter than they are
  Seconds unsecured_wall;         ///< of the steps after the last durable checkpoint

  std::vector<TakenAt> at_evals;  ///< ascending by step

  std::vector<std::vector<double>> expert_tokens;     ///< [moe_layers][experts]
  std::vector<std::optional<int64_t>> expert_layers;  ///< RouterStats::layer of each row
  double num_choices = 0;                             ///< of experts, in steps that tell drops
  double num_dropped = 0;

  /// Adds a step that counts; the last durable checkpoint is of step `durable`.
  void add_kept(const StepRecord& step, int64_t durable, const MeteredTime& metered);
  /// Adds a step that a later process threw away.
  void add_superseded(const StepRecord& step, const MeteredTime& metered);

  /// Notes what was taken so far as what an evaluation at `step` comes after.
  void note_eval(int64_t step);

 private:
  Attempt& attempt_of(const StepRecord& step, double metered_share);
  void add_timed(const StepRecord& step);
  void add_experts(const StepRecord& step);
};

}  // namespace assay
