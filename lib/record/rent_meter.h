#pragma once

#include <cstdint>
#include <optional>

#include "units/money.h"
#include "units/quantity.h"

namespace assay {

/// The device rent of a run while it goes on, and what it will be at the last step. Earlier
/// processes of the run are in `before`; time between two processes is not held and costs nothing.
class RentMeter {
 public:
  struct Options {
    Money per_device_hour;
    double num_devices = 0;
    double started_unix_s = 0;  ///< when this process began to hold the devices
    double before = 0;          ///< rent of earlier processes, in the price's currency
    int64_t planned_steps = 0;
  };

  explicit RentMeter(Options options) : options_(std::move(options)) {}

  /// Tells that step `number` ended and how long it took.
  void step_ended(int64_t number, double end_unix_s, Seconds wall);

  /// before + devices x time held x price.
  [[nodiscard]] Money so_far(double now_unix_s) const;
  /// so_far() at the end of the last step, and as much for each planned step that is left as the
  /// steps of this process took on the mean, evaluations and checkpoints between them included.
  /// Absent before the first step.
  [[nodiscard]] std::optional<Money> projected() const;

 private:
  [[nodiscard]] double rent(double seconds) const;

  Options options_;
  int64_t num_steps_ = 0;
  int64_t last_step_ = 0;
  double first_step_began_unix_s_ = 0;
  double last_step_ended_unix_s_ = 0;
};

}  // namespace assay
