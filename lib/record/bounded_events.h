#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <tuple>
#include <vector>

#include "record/step_record.h"

namespace assay {

/// Keeps of the events of a run what a report needs, in memory that grows with the processes of the
/// run only. Sums of durations, the last event of each kind and the extremes of the evaluations
/// stay:
/// - checkpoints of one process are one event: the last, with the duration of all;
/// - of more than kMostEvals evaluations, neighbours are taken together, and the lowest, the
/// highest
///   and the very last stay; durations of the others are added to the lowest;
/// - warnings beyond kMostWarnings are counted in one that says so.
class BoundedEvents {
 public:
  static constexpr size_t kMostEvals = 2000;
  static constexpr size_t kMostWarnings = 1000;

  /// Adds the next event of a file. `counts` is false where a later process threw its step away.
  void add(RunEvent event, bool counts);
  /// What was kept, in the order in which it came.
  [[nodiscard]] std::vector<RunEvent> take();

 private:
  struct Entry {
    RunEvent event;
    bool counts = true;
    int64_t number = 0;  ///< of an evaluation among all of them
  };

  using Checkpoints = std::tuple<int, int, bool>;  ///< rank, attempt, counts

  bool join_checkpoint(const RunEvent& event, bool counts);
  bool count_warning(const RunEvent& event);
  /// Takes more evaluations together until at most half of kMostEvals are left.
  void thin_evals();
  void join_evals();

  std::list<Entry> entries_;
  std::map<Checkpoints, RunEvent*> checkpoints_;
  int64_t num_evals_ = 0;  ///< that came
  size_t kept_evals_ = 0;
  int64_t window_ = 1;  ///< evaluations that are taken together
  size_t num_warnings_ = 0;
  RunEvent* overflow_ = nullptr;  ///< counts the warnings that were left out
};

}  // namespace assay
