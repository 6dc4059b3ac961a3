#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "record/run_clock.h"
#include "record/step_record.h"
#include "train/checkpoint_store.h"
#include "train/schedule_config.h"
#include "train/step_runner.h"
#include "train/stop_token.h"
#include "train/train_config.h"

namespace assay {

/// What the trainer asks of its surroundings.
struct TrainerHooks {
  /// Mean cross-entropy in nats per token of the first `max_tokens` of the validation data; 0: all.
  std::function<double(int64_t max_tokens)> evaluate;
  /// Joules that this process has used so far; nothing where energy is not measured.
  std::function<std::optional<Joules>()> energy;
  /// Called with each step's times when they are known; empty: nobody asks.
  std::function<void(int64_t step, const StepTimeline& timeline)> timeline;
  /// Called once a step; throws where the run cannot go on (its records cannot be written).
  std::function<void()> check;
};

/// How a run of the trainer ended.
struct TrainResult {
  StopReason stop_reason = StopReason::kNone;  ///< kNone: all steps were made
  int64_t step = 0;
  double loss = 0;                        ///< of the last step, nats per token
  std::optional<double> validation_loss;  ///< nats per token, of the last evaluation
  std::filesystem::path checkpoint;       ///< the last one; empty where none was written
};

/// Runs one stage: steps, evaluations and checkpoints, one after the other, each with its time.
/// Items reach the sink in order; steps come some steps late on a GPU. One thread.
class Trainer {
 public:
  struct Options {
    std::string stage = "pretrain";
    TrainConfig train;
    ScheduleConfig schedule;
    CheckpointConfig checkpoint;
    double process_start_unix_s = 0;  ///< from here the device is held
    RunClock clock{};                 ///< the time of all items
  };

  /// `store` must outlive the trainer, and so must what `parts` refers to. `identity` is what every
  /// checkpoint says about the run: seed, model, tokenizer, hashes.
  Trainer(const StepParts& parts, const Options& options, TrainerHooks hooks,
          CheckpointStore& store, CheckpointState identity, CheckpointTensors tensors,
          StepSink& sink);

  /// Goes on after the step of a checkpoint whose tensors were loaded.
  void resume(const CheckpointState& state);

  /// Makes the steps that are left. Throws: TrainingError after three steps in a row that were not
  /// finite, and at the end of a run of which none was (the last checkpoint stays); StorageError,
  /// and what the model throws.
  TrainResult run(const StopToken& stop);

  [[nodiscard]] const RunTotals& totals() const { return state_.totals; }

 private:
  void train_one();
  void tell_of_graphs();
  void publish_finished();
  void drain();
  void evaluate(int64_t max_tokens);
  void write_checkpoint();
  [[nodiscard]] bool checkpoint_is_due() const;
  [[nodiscard]] bool is_last() const { return state_.step >= options_.train.steps; }
  void count(const StepRecord& record);
  void give_up_on_bad_steps() const;
  void give_up_without_a_finite_step() const;
  void emit(std::string kind, std::optional<Seconds> duration, std::optional<double> value,
            std::string message);
  void update_totals();

  StepParts parts_;
  Options options_;
  StepRunner runner_;
  StepLaunches told_;  ///< what the sink knows of the runner
  TrainerHooks hooks_;
  CheckpointStore& store_;
  CheckpointTensors tensors_;
  StepSink& sink_;

  CheckpointState state_;            ///< state_.step is the last step that was begun
  std::deque<StepFigures> pending_;  ///< begun, not yet read; same order as the profiler's
  TrainResult result_;
  int64_t first_step_ = 1;    ///< of this process
  double idle_before_s_ = 0;  ///< of earlier processes
  std::optional<Joules> energy_before_;
  Seconds states_before_{};  ///< sum of all states of earlier processes, without idle
  std::chrono::steady_clock::time_point last_checkpoint_{};
  int64_t last_checkpoint_step_ = -1;
};

}  // namespace assay
