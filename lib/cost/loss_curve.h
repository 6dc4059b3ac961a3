#pragma once

#include <optional>
#include <string>
#include <vector>

#include "record/run_record.h"
#include "units/quantity.h"

namespace assay {

/// A validation loss of a run and what the steps before it took.
struct LossPoint {
  Seconds device_time;  ///< devices x wall time of the steps that count; nothing beside them
  Tokens tokens;
  double loss = 0;  ///< nats per token
};

/// The validation losses of a run in the order of its steps.
struct LossCurve {
  std::vector<LossPoint> points;
  std::string measured_on;  ///< the part of the validation data, as the run's events name it
};

/// The evaluations of a run that count and that were made on the part of the validation data that
/// its first one names: a last one on more data is another measurement and is left out. Empty where
/// the run has none. The same from a run that was read as totals, but for more evaluations than
/// BoundedEvents keeps.
LossCurve loss_curve(const RunRecord& run);

/// The curve with its losses replaced by the nearest ones, in the least squares, that never rise.
/// Source: Barlow et al., Statistical Inference under Order Restrictions, 1972: pool adjacent
/// violators. It has no width to choose; what it leaves out is a real rise of the loss.
LossCurve smoothed(LossCurve curve);

/// What a run took to come to a loss.
struct LossCost {
  Seconds device_time;
  Tokens tokens;
};

/// Where a smoothed curve first comes to `loss`: between two evaluations the loss is linear in the
/// logarithm of what they took. Nothing where the curve starts at or below it, or never comes
/// there.
std::optional<LossCost> cost_at_loss(const LossCurve& smooth, double loss);

}  // namespace assay
