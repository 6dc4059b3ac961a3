#pragma once

#include <cstdint>
#include <optional>

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
  /// Gives marks up to and including `last` back to the pool.
  virtual void release(Mark last) = 0;
  /// Waits for everything recorded; only outside of steps (end of run, checkpoints).
  virtual void finish() = 0;
  [[nodiscard]] virtual StepClock clock() const = 0;
};

}  // namespace assay
