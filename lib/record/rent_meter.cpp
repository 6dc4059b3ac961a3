#include "record/rent_meter.h"

#include <algorithm>

namespace assay {

double RentMeter::rent(double seconds) const {
  return options_.num_devices * seconds / kSecondsPerHour * options_.per_device_hour.amount;
}

void RentMeter::step_ended(int64_t number, double end_unix_s, Seconds wall) {
  if (num_steps_++ == 0) first_step_began_unix_s_ = end_unix_s - wall.value();
  last_step_ = number;
  last_step_ended_unix_s_ = end_unix_s;
}

Money RentMeter::so_far(double now_unix_s) const {
  // A clock that was set back never makes a run cheaper than it was at its start.
  const double held = std::max(0.0, now_unix_s - options_.started_unix_s);
  return {options_.before + rent(held), options_.per_device_hour.currency, ""};
}

std::optional<Money> RentMeter::projected() const {
  if (num_steps_ == 0) return std::nullopt;
  const double per_step =
      (last_step_ended_unix_s_ - first_step_began_unix_s_) / static_cast<double>(num_steps_);
  const auto left = static_cast<double>(std::max<int64_t>(0, options_.planned_steps - last_step_));
  Money money = so_far(last_step_ended_unix_s_);
  money.amount += rent(std::max(0.0, per_step) * left);
  return money;
}

}  // namespace assay
