#include "cost/loss_curve.h"

#include <algorithm>
#include <cmath>

#include "error/error.h"

namespace assay {
namespace {

// Neighbours whose losses rise, taken together.
struct LossBlock {
  double sum = 0;
  size_t count = 0;
  [[nodiscard]] double mean() const { return sum / static_cast<double>(count); }
};

// What the steps up to one had taken; asked for in ascending order.
class TakenSoFar {
 public:
  explicit TakenSoFar(const RunRecord& run) : run_(run) {}

  StepTotals::TakenAt at(int64_t step) {
    if (run_.totals) return in_totals(step);
    for (; next_ < run_.steps.size() && run_.steps[next_].step <= step; ++next_) {
      sum_.wall += run_.steps[next_].profile.wall;
      sum_.tokens += run_.steps[next_].tokens;
    }
    return sum_;
  }

 private:
  [[nodiscard]] StepTotals::TakenAt in_totals(int64_t step) const {
    const auto& all = run_.totals->at_evals;
    const auto found = std::ranges::lower_bound(all, step, {}, &StepTotals::TakenAt::step);
    check(found != all.end() && found->step == step, "[cost] an evaluation that was not added up");
    return *found;
  }

  const RunRecord& run_;
  size_t next_ = 0;
  StepTotals::TakenAt sum_;
};

double between(double a, double b, double share) {
  return std::exp(std::log(a) + share * (std::log(b) - std::log(a)));
}

}  // namespace

LossCurve loss_curve(const RunRecord& run) {
  LossCurve curve;
  const auto devices = static_cast<double>(run.manifest().devices.size());
  TakenSoFar taken(run);
  for (const RunEvent& event : run.events) {
    const bool counts = event.kind == "eval" && event.value && std::isfinite(*event.value) &&
                        event.step > 0 && run.kept(event);
    if (!counts) continue;
    if (curve.points.empty()) curve.measured_on = event.message;
    if (event.message != curve.measured_on) continue;
    const StepTotals::TakenAt at = taken.at(event.step);
    if (at.wall.value() <= 0) continue;
    const LossPoint point{at.wall * devices, at.tokens, *event.value};
    // A resumed run may evaluate at the step that it resumed from once more.
    if (!curve.points.empty() && curve.points.back().tokens == at.tokens) curve.points.pop_back();
    curve.points.push_back(point);
  }
  return curve;
}

LossCurve smoothed(LossCurve curve) {
  std::vector<LossBlock> blocks;
  for (const LossPoint& point : curve.points) {
    blocks.push_back({point.loss, 1});
    while (blocks.size() > 1 && blocks[blocks.size() - 2].mean() < blocks.back().mean()) {
      blocks[blocks.size() - 2].sum += blocks.back().sum;
      blocks[blocks.size() - 2].count += blocks.back().count;
      blocks.pop_back();
    }
  }
  size_t at = 0;
  for (const LossBlock& block : blocks) {
    for (size_t i = 0; i < block.count; ++i) curve.points[at++].loss = block.mean();
  }
  return curve;
}

std::optional<LossCost> cost_at_loss(const LossCurve& smooth, double loss) {
  for (size_t i = 1; i < smooth.points.size(); ++i) {
    const LossPoint& before = smooth.points[i - 1];
    const LossPoint& after = smooth.points[i];
    if (before.loss <= loss) return std::nullopt;  // it started there
    if (after.loss > loss) continue;
    const double share = (before.loss - loss) / (before.loss - after.loss);
    return LossCost{Seconds(between(before.device_time.value(), after.device_time.value(), share)),
                    Tokens(between(before.tokens.value(), after.tokens.value(), share))};
  }
  return std::nullopt;
}

}  // namespace assay
