#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "profile/step_graph.h"
#include "train/batch_feed.h"
#include "train/step_inputs.h"
#include "train/train_config.h"
#include "train/train_step.h"
#include "units/quantity.h"

namespace assay {

/// How the steps of a process were done.
struct StepLaunches {
  int64_t eager = 0;     ///< operator by operator
  int64_t recorded = 0;  ///< recordings: one, and one more where layers are timed
  int64_t replayed = 0;  ///< launched as a recorded graph
  Seconds recording;     ///< host time of the recordings, between steps
  /// Why steps are not recorded any more; empty where they are, or where none is to be.
  std::string fallback;
};

/// Does the steps of a run; the micro-batches of the next one come to the device beside the work of
/// this one. Where they are recorded, the first ones go operator by operator
/// (libraries load their kernels and choose them), then one is recorded whole, with the passes over
/// all micro-batches and the update, and it and those after it are launches of that graph. Steps
/// whose layers are timed are a graph of their own. A step that cannot be recorded goes operator by
/// operator, and so do all after it. One thread.
class StepRunner {
 public:
  static constexpr int64_t kEagerSteps = 2;

  /// What `parts` refers to must outlive the runner. `graphs`: record where the profiler's device
  /// records graphs. `side`: of the device; null where it has none.
  StepRunner(const StepParts& parts, StepGraphs graphs, std::unique_ptr<SideStream> side = nullptr);

  /// As train_step. A recorded step leaves its results to the next: the figures are copies.
  StepFigures run(int64_t step, double learning_rate);

  /// True where a step is, or is to be, a graph.
  [[nodiscard]] bool records() const { return graphs_ && launches_.fallback.empty(); }
  [[nodiscard]] const StepLaunches& launches() const { return launches_; }

 private:
  struct Recording {
    StepGraph graph;
    std::optional<StepResults> results;  ///< the graph's own: each launch overwrites them
  };

  /// The graph of a step; null where it goes operator by operator.
  Recording* recording_for(int64_t step);
  /// False where it cannot be: everything is as it was, for a step without a graph.
  bool record(Recording& recording, int64_t step);
  void fall_back(std::string reason);

  StepParts parts_;
  bool graphs_;
  BatchFeed feed_;
  StepInputs inputs_;
  Recording plain_;
  Recording with_layers_;
  StepLaunches launches_;
};

}  // namespace assay
