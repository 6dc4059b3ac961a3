#include "cost/loss_curve.h"

#include <catch2/catch.hpp>

#include <cmath>
#include <string>

namespace assay {
namespace {

RunRecord run_with_losses(const std::vector<double>& losses, int64_t every = 10) {
  RunRecord run;
  RunManifest manifest;
  manifest.devices = {{.kind = "cpu", .name = "a processor"}};
  run.manifests = {manifest};
  const auto last = static_cast<int64_t>(losses.size()) * every;
  for (int64_t step = 1; step <= last; ++step) {
    StepRecord record;
    record.step = step;
    record.tokens = Tokens(100);
    record.profile.wall = Seconds(0.5);
    run.steps.push_back(record);
  }
  for (size_t i = 0; i < losses.size(); ++i) {
    run.events.push_back({.kind = "eval",
                          .step = static_cast<int64_t>(i + 1) * every,
                          .duration = Seconds(7),
                          .value = losses[i],
                          .message = "a part"});
  }
  return run;
}

TEST_CASE("a point of a curve is what the steps before it took, evaluation not among it") {
  const LossCurve curve = loss_curve(run_with_losses({3.0, 2.0}));
  REQUIRE(curve.points.size() == 2);
  CHECK(curve.points[0].device_time == Seconds(5));
  CHECK(curve.points[1].device_time == Seconds(10));
  CHECK(curve.points[1].tokens == Tokens(2000));
}

TEST_CASE("two devices cost twice the time of one") {
  RunRecord run = run_with_losses({3.0, 2.0});
  run.manifests[0].devices.push_back(run.manifests[0].devices[0]);
  CHECK(loss_curve(run).points[1].device_time == Seconds(20));
}

TEST_CASE("a last evaluation on other data is no point of the curve") {
  RunRecord run = run_with_losses({3.0, 2.0, 1.9});
  run.events.back().message = "all validation data";
  CHECK(loss_curve(run).points.size() == 2);
}

TEST_CASE("a smoothed curve never rises, and keeps the mean of what it takes together") {
  const LossCurve curve = smoothed(loss_curve(run_with_losses({3.0, 2.0, 2.4, 1.8})));
  CHECK(curve.points[0].loss == 3.0);
  CHECK(curve.points[1].loss == Approx(2.2));
  CHECK(curve.points[2].loss == Approx(2.2));
  CHECK(curve.points[3].loss == 1.8);
}

TEST_CASE("the cost at a loss lies between two evaluations, in the logarithm") {
  const LossCurve curve = smoothed(loss_curve(run_with_losses({3.0, 2.0})));
  const std::optional<LossCost> middle = cost_at_loss(curve, 2.5);
  REQUIRE(middle);
  CHECK(middle->device_time.value() == Approx(std::sqrt(5.0 * 10.0)));
  CHECK(middle->tokens.value() == Approx(std::sqrt(1000.0 * 2000.0)));
  CHECK(cost_at_loss(curve, 2.0)->device_time.value() == Approx(10));
}

TEST_CASE("a loss that a curve starts below or never comes to has no cost") {
  const LossCurve curve = smoothed(loss_curve(run_with_losses({3.0, 2.0})));
  CHECK_FALSE(cost_at_loss(curve, 3.1));
  CHECK_FALSE(cost_at_loss(curve, 1.9));
  CHECK_FALSE(cost_at_loss(LossCurve{}, 2.0));
}

TEST_CASE("a run that is read as totals, not step by step, has the same curve") {
  const std::string folder = ASSAY_SOURCE_DIR "/tests/golden/run";
  const LossCurve every = loss_curve(read_run(folder));
  const LossCurve totals = loss_curve(read_run(folder, StepDetail::kTotals));
  REQUIRE(every.points.size() >= 2);
  REQUIRE(totals.points.size() == every.points.size());
  for (size_t i = 0; i < every.points.size(); ++i) {
    CHECK(totals.points[i].device_time.value() == Approx(every.points[i].device_time.value()));
    CHECK(totals.points[i].tokens == every.points[i].tokens);
    CHECK(totals.points[i].loss == every.points[i].loss);
  }
  CHECK(totals.measured_on == every.measured_on);
}

TEST_CASE("evaluations of steps that a later process threw away do not count") {
  RunRecord run = run_with_losses({3.0, 2.0});
  RunManifest again = run.manifests[0];
  again.resumed_at_step = 10;
  run.manifests.push_back(again);
  run.events[1].attempt = 0;  // of the process that was lost after step 10
  CHECK(loss_curve(run).points.size() == 1);
}

}  // namespace
}  // namespace assay
