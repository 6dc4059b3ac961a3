#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "data/batch.h"
#include "train/side_stream.h"
#include "train/train_step.h"

namespace assay {

/// The micro-batches of steps, on the device when a step wants them: while it works on one step,
/// those of the next are read and copied from pinned memory on a side stream. Two sets of memory
/// take turns. On a CPU they are read when they are wanted. One thread.
class BatchFeed {
 public:
  /// Where document_ids are brought: beside the tokens for recorded steps, which read from memory
  /// that stays; else they stay on the host, so that it knows how many documents there are.
  enum class Documents { kOnHost, kOnDevice };

  /// What `parts` refers to must outlive the feed. `side` is null on a CPU.
  BatchFeed(const StepParts& parts, std::unique_ptr<SideStream> side,
            Documents documents = Documents::kOnHost);

  /// Those of `step`, until the second prefetch after this. Inside a step of the profiler.
  [[nodiscard]] std::vector<Batch> take(int64_t step);
  /// Begins to bring those of `step`, behind the work of the step before the one that was taken
  /// last. Inside a step of the profiler, after the work of the step that was taken.
  void prefetch(int64_t step);

 private:
  struct Slot {
    std::optional<int64_t> step;
    std::vector<Batch> batches;
  };
  /// Copies to the device on the current stream, into the slot's memory where the shapes are the
  /// same; the host does not wait.
  void fill(Slot& slot, int64_t step);

  StepParts parts_;
  std::unique_ptr<SideStream> side_;
  Documents documents_;
  std::array<Slot, 2> slots_;
};

}  // namespace assay
