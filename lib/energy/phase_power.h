#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "record/step_record.h"
#include "units/quantity.h"
#include "units/sourced.h"

namespace assay {

/// What joules are attributed to: the phases of steps in the order of kPhases, and the time outside
/// of steps.
inline constexpr size_t kNumPowerParts = kPhases.size() + 1;

/// Joules between two readings of a counter, and how long each part lasted between them.
struct PowerInterval {
  Joules energy;
  std::array<Seconds, kNumPowerParts> times{};
};

/// What bounds a believable power; what is absent is not checked.
struct PowerLimits {
  std::optional<Watts> idle;
  std::optional<Watts> highest;  ///< the device's power limit
  std::optional<Seconds> tick;   ///< of the counter
  Seconds step;                  ///< mean length of a step; 0 where there is none
};

/// Mean power of each part; absent for parts that never came. `bounds` are 90 %.
struct PhasePowers {
  std::array<std::optional<Sourced<Watts>>, kNumPowerParts> parts;
};

/// Powers of the phases by least squares over intervals, none negative: energy = sum of power x
/// time. Intervals of 90 % come from a moving-block bootstrap with a fixed seed. A fit that cannot
/// be believed is refused with its reason: too few intervals, phases whose times go together
/// (condition number above 30), a phase shorter than 0.3 ticks, a power below half of idle or more
/// than a fifth above the limit. Source: the method is ordinary least squares; late polls and a
/// counter that samples only part of the time bias it, which the guards are there to catch.
std::variant<PhasePowers, std::string> fit_phase_powers(const std::vector<PowerInterval>& intervals,
                                                        const PowerLimits& limits);

/// True where steps follow one another in time with the counter's ticks (their ratio is within 1 %
/// of a whole number): a counter that samples part of the time then sees the same part of every
/// step, and its total may be off by 10 %.
bool steps_alias(Seconds step, Seconds tick);

}  // namespace assay
