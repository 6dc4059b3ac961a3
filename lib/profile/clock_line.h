#pragma once

#include <cstddef>
#include <vector>

#include "units/quantity.h"

namespace assay {

/// The straight line that takes times on a device's clock to the host's clock, fitted to moments
/// that were read on both: host = offset + rate x device, by least squares. A host reading comes
/// after the device's by the time that waiting took, so `residual` is a lower bound of the error.
class ClockLine {
 public:
  /// Adds a moment that both clocks saw. Throws: InternalError where the device's time is not after
  /// the last one.
  void add(Seconds device, double host_unix_s);

  /// The host's time of a moment. With one pair the rate is taken as 1. Throws: InternalError
  /// without any pair.
  [[nodiscard]] double host_unix_s(Seconds device) const;
  /// Host seconds per device second; 1 with fewer than two pairs.
  [[nodiscard]] double rate() const { return rate_; }
  /// Root mean square distance of the pairs from the line; 0 with fewer than three pairs.
  [[nodiscard]] Seconds residual() const;
  [[nodiscard]] size_t num_pairs() const { return pairs_.size(); }

 private:
  struct Pair {
    double device_s;
    double host_s;
  };
  void fit();

  std::vector<Pair> pairs_;
  double mean_device_s_ = 0;
  double mean_host_s_ = 0;
  double rate_ = 1;
};

}  // namespace assay
