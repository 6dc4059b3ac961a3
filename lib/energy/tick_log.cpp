#include "energy/tick_log.h"

#include <utility>

namespace assay {

void TickLog::add(double time_unix_s, Joules energy) {
  const Value next{energy, time_unix_s, time_unix_s, 1};
  if (!now_ || energy < now_->energy || time_unix_s < now_->newest_unix_s) {
    now_ = next;
    ticks_.push_back({.time_unix_s = time_unix_s, .energy = energy, .late = {}, .first = true});
    return;
  }
  if (energy == now_->energy) {
    now_->newest_unix_s = time_unix_s;
    ++now_->num_readings;
    return;
  }
  const bool stamped = now_->num_readings > 1 && now_->newest_unix_s == now_->first_unix_s;
  ticks_.push_back({.time_unix_s = time_unix_s,
                    .energy = energy,
                    .late = stamped ? Seconds(0) : Seconds(time_unix_s - now_->newest_unix_s)});
  now_ = next;
  if (ticks_.size() > kMostWaiting) {
    ticks_.erase(ticks_.begin(), ticks_.begin() + kMostWaiting / 2);
    ticks_.front().first = true;
  }
}

std::vector<EnergyTick> TickLog::take() { return std::exchange(ticks_, {}); }

}  // namespace assay
