#include "energy/phase_power.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <utility>

namespace assay {
namespace {

constexpr size_t kFewestIntervalsPerPart = 20;
constexpr double kHighestCondition = 30;
constexpr double kShortestPhaseInTicks = 0.3;
constexpr double kLowestShareOfIdle = 0.5;
constexpr double kHighestShareOfLimit = 1.2;
constexpr double kAliasDistance = 0.01;
constexpr int kResamples = 200;
constexpr size_t kBlock = 10;

using Vector = std::vector<double>;
using Matrix = std::vector<Vector>;

struct NormalEquations {
  Matrix gram;
  Vector right;
};

std::string part_name(size_t part) {
  return part < kPhases.size() ? std::string(to_string(kPhases[part])) : "outside of steps";
}

NormalEquations zero_equations(size_t count) {
  return {Matrix(count, Vector(count)), Vector(count)};
}

void add(const PowerInterval& interval, const std::vector<size_t>& parts, NormalEquations& sums) {
  for (size_t i = 0; i < parts.size(); ++i) {
    const double time = interval.times[parts[i]].value();
    sums.right[i] += time * interval.energy.value();
    for (size_t j = 0; j < parts.size(); ++j) {
      sums.gram[i][j] += time * interval.times[parts[j]].value();
    }
  }
}

// Solves for the variables of `chosen` by Gauss' elimination with pivots; empty where singular.
std::optional<Vector> solve(const NormalEquations& equations, const std::vector<size_t>& chosen) {
  const size_t count = chosen.size();
  Matrix rows(count, Vector(count + 1));
  for (size_t i = 0; i < count; ++i) {
    for (size_t j = 0; j < count; ++j) rows[i][j] = equations.gram[chosen[i]][chosen[j]];
    rows[i][count] = equations.right[chosen[i]];
  }
  for (size_t column = 0; column < count; ++column) {
    const auto pivot = std::max_element(rows.begin() + static_cast<std::ptrdiff_t>(column),
                                        rows.end(), [column](const Vector& a, const Vector& b) {
                                          return std::abs(a[column]) < std::abs(b[column]);
                                        });
    if (std::abs((*pivot)[column]) < 1e-300) return std::nullopt;
    std::swap(rows[column], *pivot);
    for (size_t row = 0; row < count; ++row) {
      if (row == column) continue;
      const double factor = rows[row][column] / rows[column][column];
      for (size_t k = column; k <= count; ++k) rows[row][k] -= factor * rows[column][k];
    }
  }
  Vector solution(count);
  for (size_t i = 0; i < count; ++i) solution[i] = rows[i][count] / rows[i][i];
  return solution;
}

// x G x - 2 x r: the sum of squared residuals but for a constant.
double misfit(const NormalEquations& equations, const Vector& x) {
  double sum = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    sum -= 2 * x[i] * equations.right[i];
    for (size_t j = 0; j < x.size(); ++j) sum += x[i] * equations.gram[i][j] * x[j];
  }
  return sum;
}

// Least squares without negative powers: the best of all sets of parts that may be above zero.
// There are at most seven parts, so all 128 sets are tried and nothing has to converge.
Vector least_squares(const NormalEquations& equations) {
  const size_t count = equations.right.size();
  Vector best(count);
  double best_misfit = 0;
  for (size_t set = 1; set < (size_t{1} << count); ++set) {
    std::vector<size_t> chosen;
    for (size_t i = 0; i < count; ++i) {
      if (((set >> i) & 1U) != 0) chosen.push_back(i);
    }
    const std::optional<Vector> solution = solve(equations, chosen);
    if (!solution || std::ranges::any_of(*solution, [](double x) { return x < 0; })) continue;
    Vector full(count);
    for (size_t i = 0; i < chosen.size(); ++i) full[chosen[i]] = (*solution)[i];
    if (const double value = misfit(equations, full); value < best_misfit) {
      best_misfit = value;
      best = std::move(full);
    }
  }
  return best;
}

// Largest over smallest eigenvalue of the correlation-scaled Gram matrix, square root (Jacobi).
double condition_number(const Matrix& gram) {
  const size_t count = gram.size();
  Matrix a = gram;
  for (size_t i = 0; i < count; ++i) {
    for (size_t j = 0; j < count; ++j) a[i][j] /= std::sqrt(gram[i][i] * gram[j][j]);
  }
  for (int sweep = 0; sweep < 50; ++sweep) {
    for (size_t p = 0; p < count; ++p) {
      for (size_t q = p + 1; q < count; ++q) {
        if (std::abs(a[p][q]) < 1e-15) continue;
        const double theta = 0.5 * std::atan2(2 * a[p][q], a[q][q] - a[p][p]);
        const double c = std::cos(theta);
        const double s = std::sin(theta);
        for (size_t k = 0; k < count; ++k) {
          const double kp = a[k][p];
          const double kq = a[k][q];
          a[k][p] = c * kp - s * kq;
          a[k][q] = s * kp + c * kq;
        }
        for (size_t k = 0; k < count; ++k) {
          const double pk = a[p][k];
          const double qk = a[q][k];
          a[p][k] = c * pk - s * qk;
          a[q][k] = s * pk + c * qk;
        }
      }
    }
  }
  double low = a[0][0];
  double high = a[0][0];
  for (size_t i = 1; i < count; ++i) {
    low = std::min(low, a[i][i]);
    high = std::max(high, a[i][i]);
  }
  return low > 0 ? std::sqrt(high / low) : HUGE_VAL;
}

std::vector<size_t> present_parts(const std::vector<PowerInterval>& intervals) {
  std::vector<size_t> parts;
  for (size_t part = 0; part < kNumPowerParts; ++part) {
    if (std::ranges::any_of(intervals, [part](const PowerInterval& interval) {
          return interval.times[part] > Seconds(0);
        })) {
      parts.push_back(part);
    }
  }
  return parts;
}

Seconds total_time(const std::vector<PowerInterval>& intervals, size_t part) {
  Seconds sum;
  for (const PowerInterval& interval : intervals) sum += interval.times[part];
  return sum;
}

// A phase's length in a step, from its share of the time of steps.
std::optional<std::string> too_short(const std::vector<PowerInterval>& intervals,
                                     const std::vector<size_t>& parts, const PowerLimits& limits) {
  if (!limits.tick || limits.step <= Seconds(0)) return std::nullopt;
  Seconds in_steps;
  for (size_t part = 0; part < kPhases.size(); ++part) in_steps += total_time(intervals, part);
  for (const size_t part : parts) {
    if (part >= kPhases.size()) continue;
    const Seconds length = limits.step * (total_time(intervals, part) / in_steps);
    if (length >= kShortestPhaseInTicks * *limits.tick) continue;
    return fmt::format(
        "{} takes {:.3g} ms of a step, less than {} ticks of the counter of {:.3g} ms",
        part_name(part), length.value() * 1e3, kShortestPhaseInTicks, limits.tick->value() * 1e3);
  }
  return std::nullopt;
}

std::optional<std::string> unbelievable(const std::vector<size_t>& parts, const Vector& powers,
                                        const PowerLimits& limits) {
  for (size_t i = 0; i < parts.size(); ++i) {
    const Watts power(powers[i]);
    if (limits.idle && power < kLowestShareOfIdle * *limits.idle) {
      return fmt::format("{} would draw {:.0f} W, less than half of the idle power of {:.0f} W",
                         part_name(parts[i]), power.value(), limits.idle->value());
    }
    if (limits.highest && power > kHighestShareOfLimit * *limits.highest) {
      return fmt::format("{} would draw {:.0f} W, the device's limit is {:.0f} W",
                         part_name(parts[i]), power.value(), limits.highest->value());
    }
  }
  return std::nullopt;
}

// 5 % and 95 % points of each part's power over resampled blocks of intervals.
std::vector<Bounds<Watts>> bootstrap(const std::vector<PowerInterval>& intervals,
                                     const std::vector<size_t>& parts) {
  std::mt19937_64 random(1);
  std::vector<Vector> draws(parts.size());
  for (int resample = 0; resample < kResamples; ++resample) {
    NormalEquations sums = zero_equations(parts.size());
    for (size_t taken = 0; taken < intervals.size(); taken += kBlock) {
      const size_t first = random() % (intervals.size() - kBlock + 1);
      for (size_t i = 0; i < kBlock; ++i) add(intervals[first + i], parts, sums);
    }
    const Vector powers = least_squares(sums);
    for (size_t i = 0; i < parts.size(); ++i) draws[i].push_back(powers[i]);
  }
  std::vector<Bounds<Watts>> bounds;
  for (Vector& draw : draws) {
    std::ranges::sort(draw);
    bounds.push_back({Watts(draw[kResamples / 20]), Watts(draw[kResamples - 1 - kResamples / 20])});
  }
  return bounds;
}

}  // namespace

std::variant<PhasePowers, std::string> fit_phase_powers(const std::vector<PowerInterval>& intervals,
                                                        const PowerLimits& limits) {
  const std::vector<size_t> parts = present_parts(intervals);
  const size_t fewest = kFewestIntervalsPerPart * std::max<size_t>(parts.size(), 1);
  if (intervals.size() < fewest) {
    return fmt::format("{} intervals between two readings, at least {} are needed",
                       intervals.size(), fewest);
  }
  if (const auto why = too_short(intervals, parts, limits)) return *why;
  NormalEquations sums = zero_equations(parts.size());
  for (const PowerInterval& interval : intervals) add(interval, parts, sums);
  const double condition = condition_number(sums.gram);
  if (condition > kHighestCondition) {
    return fmt::format("the phases' times go together (condition number {:.3g}, at most {})",
                       condition, kHighestCondition);
  }
  const Vector powers = least_squares(sums);
  if (const auto why = unbelievable(parts, powers, limits)) return *why;
  const std::vector<Bounds<Watts>> bounds = bootstrap(intervals, parts);
  PhasePowers result;
  for (size_t i = 0; i < parts.size(); ++i) {
    result.parts[parts[i]] = {Watts(powers[i]), bounds[i], Provenance::kDerived,
                              "least squares over counter readings"};
  }
  return result;
}

bool steps_alias(Seconds step, Seconds tick) {
  const double ratio = step / tick;
  return ratio >= 0.5 && std::abs(ratio - std::round(ratio)) < kAliasDistance * std::round(ratio);
}

}  // namespace assay
