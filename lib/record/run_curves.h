#pragma once

#include <cstdint>
#include <vector>

#include "record/run_record.h"

namespace assay {

/// What a figure was over a few neighbouring steps.
struct CurvePoint {
  int64_t first_step = 0;
  int64_t last_step = 0;
  double mean = 0;
  double low = 0;
  double high = 0;
};

/// Training loss (nats per token) in at most `max_points` windows of equal length. Losses that are
/// not finite are left out; a window of only such steps is missing.
std::vector<CurvePoint> loss_curve(const RunRecord& record, size_t max_points);

/// Tokens per second in the same windows: `mean` is tokens of the window over its wall time, `low`
/// and `high` are of single steps. Warm-up steps are left out.
std::vector<CurvePoint> throughput_curve(const RunRecord& record, size_t max_points);

}  // namespace assay
