#include "record/run_curves.h"

namespace assay {
namespace {

// Joins the windows that the steps were added up in and keeps what `reduce` makes of each.
template <class Reduce>
std::vector<CurvePoint> curve(const RunRecord& record, size_t max_points, const Reduce& reduce) {
  std::vector<CurvePoint> points;
  for (const StepWindow& window : join_windows(step_totals(record).windows.all(), max_points)) {
    if (std::optional<CurvePoint> point = reduce(window)) points.push_back(*point);
  }
  return points;
}

std::optional<CurvePoint> point_of(const StepWindow& window, double mean,
                                   const std::optional<ValueRange>& range) {
  if (!range) return std::nullopt;
  return CurvePoint{.first_step = window.first_step,
                    .last_step = window.last_step,
                    .mean = mean,
                    .low = range->low,
                    .high = range->high};
}

}  // namespace

std::vector<CurvePoint> loss_curve(const RunRecord& record, size_t max_points) {
  return curve(record, max_points, [](const StepWindow& window) {
    return point_of(window, window.loss_sum / static_cast<double>(window.num_losses),
                    window.losses);
  });
}

std::vector<CurvePoint> throughput_curve(const RunRecord& record, size_t max_points) {
  return curve(record, max_points, [](const StepWindow& window) {
    return point_of(window, (window.tokens / window.wall).value(), window.rates);
  });
}

}  // namespace assay
