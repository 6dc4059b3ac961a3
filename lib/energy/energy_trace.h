#pragma once

#include <cstddef>
#include <deque>
#include <optional>

#include "units/quantity.h"

namespace assay {

/// The recent readings of one cumulative counter, and its value between them. A counter ticks: it
/// stands still for up to 100 ms and then jumps, so only readings that changed are kept and times
/// between them are interpolated. Reading at a step's edge instead would be off by up to one tick
/// (relative deviation 0.41 tick / step; 136 % for a 35 ms step and a 100 ms tick).
/// Not thread-safe.
class EnergyTrace {
 public:
  explicit EnergyTrace(size_t capacity = 4096) : capacity_(capacity) {}

  /// Adds a reading. A value below the last one means that the counter began again: what was
  /// before is forgotten, and false is returned. So is it for a time before the last one.
  bool add(double time_unix_s, Joules energy);

  /// The counter at a time, or nothing where the trace does not reach (no tick since, or too old).
  [[nodiscard]] std::optional<Joules> at(double time_unix_s) const;

  /// Energy between two times, or nothing.
  [[nodiscard]] std::optional<Joules> between(double from_unix_s, double to_unix_s) const;

 private:
  struct Tick {
    double time_unix_s;
    Joules energy;
  };

  size_t capacity_;
  std::deque<Tick> ticks_;
};

}  // namespace assay
