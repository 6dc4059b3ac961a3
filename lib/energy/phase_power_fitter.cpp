#include "energy/phase_power_fitter.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace assay {
namespace {

constexpr size_t kOutside = kPhases.size();
constexpr double kNegligibleShare = 0.01;
constexpr double kLatestShareOfPhase = 1.0 / 15;
// Stretches that wait for a tick: minutes of short steps.
constexpr size_t kMostStretches = 200'000;

using PartTimes = std::array<Seconds, kNumPowerParts>;

PartTimes total_times(const std::vector<PowerInterval>& intervals) {
  PartTimes sums{};
  for (const PowerInterval& interval : intervals) {
    for (size_t part = 0; part < kNumPowerParts; ++part) sums[part] += interval.times[part];
  }
  return sums;
}

Seconds sum_of(const PartTimes& times) {
  Seconds sum;
  for (const Seconds time : times) sum += time;
  return sum;
}

// The part that each part's time goes to: its own, or for a negligible one the longest part.
std::array<size_t, kNumPowerParts> pooled_parts(const PartTimes& totals) {
  const auto longest = static_cast<size_t>(std::ranges::max_element(totals) - totals.begin());
  const Seconds all = sum_of(totals);
  std::array<size_t, kNumPowerParts> to{};
  for (size_t part = 0; part < kNumPowerParts; ++part) {
    to[part] = totals[part] < kNegligibleShare * all ? longest : part;
  }
  return to;
}

std::vector<PowerInterval> pooled(std::vector<PowerInterval> intervals,
                                  const std::array<size_t, kNumPowerParts>& to) {
  for (PowerInterval& interval : intervals) {
    const PartTimes times = std::exchange(interval.times, {});
    for (size_t part = 0; part < kNumPowerParts; ++part) interval.times[to[part]] += times[part];
  }
  return intervals;
}

std::string_view part_of(size_t part) {
  return part == kOutside ? std::string_view("outside") : to_string(kPhases[part]);
}

}  // namespace

PhasePowerFitter::PhasePowerFitter(std::string source, std::string device_uuid, PowerLimits limits)
    : source_(std::move(source)), device_uuid_(std::move(device_uuid)), limits_(limits) {}

void PhasePowerFitter::add_phase(size_t part, double begin_unix_s, double end_unix_s) {
  if (intervals_.size() >= kMostIntervals || end_unix_s <= begin_unix_s) return;
  if (stretches_.size() >= kMostStretches) {  // no tick for long: begin anew
    stretches_.clear();
    if (!ticks_.empty()) ticks_.back().first = true;
  }
  stretches_.push_back({part, begin_unix_s, end_unix_s});
}

void PhasePowerFitter::step_ended(Seconds wall) {
  steps_wall_ += wall;
  ++num_steps_;
  if (!stretches_.empty()) seen_until_unix_s_ = stretches_.back().end_unix_s;
  close_intervals();
}

void PhasePowerFitter::add_ticks(const std::vector<EnergyTick>& ticks) {
  if (intervals_.size() >= kMostIntervals) return;
  ticks_.insert(ticks_.end(), ticks.begin(), ticks.end());
  close_intervals();
}

void PhasePowerFitter::close_intervals() {
  while (ticks_.size() > 1 && ticks_[1].time_unix_s <= seen_until_unix_s_ &&
         intervals_.size() < kMostIntervals) {
    add_interval(ticks_[0], ticks_[1]);
    ticks_.pop_front();
    const double now = ticks_.front().time_unix_s;
    while (stretches_.size() > 1 && stretches_[1].begin_unix_s <= now) stretches_.pop_front();
  }
}

void PhasePowerFitter::add_interval(const EnergyTick& from, const EnergyTick& to) {
  // Where the first stretch begins later, the steps of this time are not known.
  const bool known = !to.first && !from.first && !stretches_.empty() &&
                     stretches_.front().begin_unix_s <= from.time_unix_s;
  if (!known) return;
  PowerInterval interval{.energy = to.energy - from.energy};
  Seconds rest(to.time_unix_s - from.time_unix_s);
  for (const Stretch& stretch : stretches_) {
    if (stretch.begin_unix_s >= to.time_unix_s) break;
    const Seconds time(std::min(stretch.end_unix_s, to.time_unix_s) -
                       std::max(stretch.begin_unix_s, from.time_unix_s));
    if (time <= Seconds(0)) continue;
    interval.times[stretch.part] += time;
    rest -= time;
  }
  interval.times[kOutside] = std::max(Seconds(0), rest);
  late_ += std::min(to.late, limits_.tick.value_or(to.late));
  intervals_.push_back(interval);
}

std::variant<PhasePowers, std::string> PhasePowerFitter::fitted() const {
  if (!limits_.tick) return "the tick of the counter is not known";
  if (intervals_.empty() || num_steps_ == 0) return "no step between two ticks of the counter";
  PowerLimits limits = limits_;
  limits.step = steps_wall_ / static_cast<double>(num_steps_);
  if (steps_alias(limits.step, *limits.tick)) {
    return fmt::format("steps of {:.4g} ms keep time with the counter's ticks of {:.4g} ms",
                       limits.step.value() * 1e3, limits.tick->value() * 1e3);
  }
  const PartTimes totals = total_times(intervals_);
  const auto to = pooled_parts(totals);
  const std::vector<PowerInterval> intervals = pooled(intervals_, to);
  const Seconds late = late_ / static_cast<double>(intervals_.size());
  const PartTimes parts = total_times(intervals);
  const Seconds in_steps = sum_of(parts) - parts[kOutside];
  for (size_t part = 0; part < kPhases.size(); ++part) {
    if (parts[part] <= Seconds(0)) continue;
    const Seconds length = limits.step * (parts[part] / in_steps);
    if (late <= kLatestShareOfPhase * length) continue;
    return fmt::format("ticks are seen up to {:.3g} ms late, {} takes only {:.3g} ms",
                       late.value() * 1e3, part_of(part), length.value() * 1e3);
  }
  auto result = fit_phase_powers(intervals, limits);
  if (auto* powers = std::get_if<PhasePowers>(&result)) {
    for (size_t part = 0; part < kNumPowerParts; ++part) {
      if (totals[part] > Seconds(0)) powers->parts[part] = powers->parts[to[part]];
    }
  }
  return result;
}

PhasePowerFit PhasePowerFitter::fit() const {
  PhasePowerFit fit{.source = source_,
                    .device_uuid = device_uuid_,
                    .method = "time_share",
                    .reason = {},
                    .num_intervals = static_cast<int64_t>(intervals_.size()),
                    .powers = {}};
  const auto result = fitted();
  if (const auto* why = std::get_if<std::string>(&result)) {
    fit.reason = *why;
    return fit;
  }
  fit.method = "fitted";
  const PhasePowers& powers = std::get<PhasePowers>(result);
  for (size_t part = 0; part < kNumPowerParts; ++part) {
    if (const auto& power = powers.parts[part]) {
      fit.powers.push_back({.part = std::string(part_of(part)),
                            .power = power->value,
                            .low = power->bounds->low,
                            .high = power->bounds->high});
    }
  }
  return fit;
}

}  // namespace assay
