#include "energy/energy_trace.h"

#include <algorithm>

namespace assay {

bool EnergyTrace::add(double time_unix_s, Joules energy) {
  if (!ticks_.empty()) {
    const Tick& last = ticks_.back();
    if (energy < last.energy || time_unix_s < last.time_unix_s) {
      ticks_.assign(1, {time_unix_s, energy});
      return false;
    }
    if (energy == last.energy || time_unix_s == last.time_unix_s) return true;
  }
  ticks_.push_back({time_unix_s, energy});
  if (ticks_.size() > capacity_) ticks_.pop_front();
  return true;
}

std::optional<Joules> EnergyTrace::at(double time_unix_s) const {
  const auto after =
      std::lower_bound(ticks_.begin(), ticks_.end(), time_unix_s,
                       [](const Tick& tick, double time) { return tick.time_unix_s < time; });
  if (after == ticks_.end()) return std::nullopt;
  if (after->time_unix_s == time_unix_s) return after->energy;
  if (after == ticks_.begin()) return std::nullopt;
  const Tick& before = *std::prev(after);
  const double share =
      (time_unix_s - before.time_unix_s) / (after->time_unix_s - before.time_unix_s);
  return before.energy + share * (after->energy - before.energy);
}

std::optional<Joules> EnergyTrace::between(double from_unix_s, double to_unix_s) const {
  const auto from = at(from_unix_s);
  const auto to = at(to_unix_s);
  if (!from || !to) return std::nullopt;
  return *to - *from;
}

}  // namespace assay
