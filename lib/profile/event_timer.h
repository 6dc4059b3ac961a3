#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "profile/marked_graph.h"
#include "record/step_record.h"
#include "units/quantity.h"

namespace assay {

/// Marks points in time on one device and gives the time between two of them once it is known.
/// On a CPU a mark is a reading of the steady clock; on CUDA it is an event recorded
/// asynchronously on the current stream, and reading it never waits.
class EventTimer {
 public:
  using Mark = int64_t;

  virtual ~EventTimer() = default;
  /// Records a mark now. Never synchronises.
  virtual Mark mark() = 0;
  /// Time from `from` to `to`, or nothing where the device has not reached `to` yet.
  [[nodiscard]] virtual std::optional<Seconds> elapsed(Mark from, Mark to) = 0;
  /// True where `record` can record.
  [[nodiscard]] virtual bool records_graphs() const { return false; }
  /// Records what `work` does on the device as a graph; nothing runs yet. Marks set by `work` are
  /// places in the graph (0, 1, 2 ...), not moments, and have no time. The graphs of a timer share
  /// memory: one must not run beside another, and what a graph left behind is good until another is
  /// launched. Throws: DeviceError where the device records no graphs (a CPU); what `work` throws.
  virtual std::unique_ptr<MarkedGraph> record(const std::function<void()>& work);
  /// Gives the places of a graph fresh marks, which its next launch sets, and returns the first:
  /// place i is the mark i after it. They are known when a mark set after the launch is. Nothing
  /// where the device cannot do so: the places of this graph then never get a time.
  virtual std::optional<Mark> renew(MarkedGraph& graph);
  /// Gives marks up to and including `last` back to the pool.
  virtual void release(Mark last) = 0;
  /// Waits until the device has reached `mark`; only between steps.
  virtual void wait(Mark mark) = 0;
  /// Waits for everything recorded; only outside of steps (end of run, checkpoints).
  virtual void finish() = 0;
  [[nodiscard]] virtual StepClock clock() const = 0;
};

}  // namespace assay
