#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "units/quantity.h"

namespace assay {

/// A change of a cumulative counter.
struct EnergyTick {
  double time_unix_s = 0;  ///< of the first reading with the new value
  Joules energy;
  Seconds late;        ///< how long before `time_unix_s` the change may have been
  bool first = false;  ///< no tick came before, or the counter began again: nothing ends here
};

/// Finds the ticks in the readings of one counter, and how late each was seen. A driver may stamp a
/// value with the time of its refresh: repeated readings then carry the same time, and the tick is
/// not late at all. Not thread-safe.
class TickLog {
 public:
  /// Ticks that nobody takes: the oldest are dropped.
  static constexpr size_t kMostWaiting = 100'000;

  void add(double time_unix_s, Joules energy);
  /// The ticks since the last call, in order of time.
  [[nodiscard]] std::vector<EnergyTick> take();

 private:
  struct Value {
    Joules energy;
    double first_unix_s;   ///< of its first reading
    double newest_unix_s;  ///< of its last
    int64_t num_readings;
  };

  std::optional<Value> now_;
  std::vector<EnergyTick> ticks_;
};

}  // namespace assay
