#include "record/run_curves.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>

namespace assay {
namespace {

using Window = std::span<const StepRecord>;

// Cuts the steps into windows and keeps what `reduce` makes of each.
template <class Reduce>
std::vector<CurvePoint> windows(const RunRecord& record, size_t max_points, const Reduce& reduce) {
  std::vector<CurvePoint> points;
  const Window steps(record.steps);
  if (steps.empty() || max_points == 0) return points;
  const size_t length = (steps.size() + max_points - 1) / max_points;
  for (size_t begin = 0; begin < steps.size(); begin += length) {
    const Window window = steps.subspan(begin, std::min(length, steps.size() - begin));
    if (std::optional<CurvePoint> point = reduce(window)) {
      point->first_step = window.front().step;
      point->last_step = window.back().step;
      points.push_back(*point);
    }
  }
  return points;
}

void widen(std::optional<CurvePoint>& point, double value) {
  if (!point) point = CurvePoint{.low = value, .high = value};
  point->low = std::min(point->low, value);
  point->high = std::max(point->high, value);
}

}  // namespace

std::vector<CurvePoint> loss_curve(const RunRecord& record, size_t max_points) {
  return windows(record, max_points, [](Window window) {
    std::optional<CurvePoint> point;
    double sum = 0;
    int64_t count = 0;
    for (const StepRecord& step : window) {
      if (!std::isfinite(step.loss)) continue;
      widen(point, step.loss);
      sum += step.loss;
      ++count;
    }
    if (point) point->mean = sum / static_cast<double>(count);
    return point;
  });
}

std::vector<CurvePoint> throughput_curve(const RunRecord& record, size_t max_points) {
  return windows(record, max_points, [](Window window) {
    std::optional<CurvePoint> point;
    Tokens tokens;
    Seconds wall;
    for (const StepRecord& step : window) {
      if (step.warmup || step.profile.wall <= Seconds(0)) continue;
      widen(point, (step.tokens / step.profile.wall).value());
      tokens += step.tokens;
      wall += step.profile.wall;
    }
    if (point) point->mean = (tokens / wall).value();
    return point;
  });
}

}  // namespace assay
