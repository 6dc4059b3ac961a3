#pragma once

#include <optional>

#include "units/quantity.h"

namespace assay {

/// The integral of power readings over time, by the trapezoid rule. A gap longer than `max_gap`
/// is left out and not guessed at.
class PowerIntegral {
 public:
  explicit PowerIntegral(Seconds max_gap) : max_gap_(max_gap) {}

  /// Adds a reading. Gives false where the time since the last one was left out: the gap was too
  /// long or the clock went back.
  bool add(double time_unix_s, Watts power);
  [[nodiscard]] Joules energy() const { return energy_; }

 private:
  struct Reading {
    double time_unix_s;
    Watts power;
  };

  Seconds max_gap_;
  Joules energy_;
  std::optional<Reading> last_;
};

}  // namespace assay
