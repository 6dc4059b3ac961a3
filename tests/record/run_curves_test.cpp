#include "record/run_curves.h"

#include <catch2/catch.hpp>
#include <limits>

#include "run_fixture.h"

namespace assay {
namespace {

RunRecord run_of(int64_t num_steps) {
  RunRecord record;
  record.manifests = {test::small_manifest(100)};
  for (int64_t i = 1; i <= num_steps; ++i) {
    record.steps.push_back(test::second_step(i, 100.0 + double(i)));
    record.steps.back().loss = double(i);
  }
  return record;
}

TEST_CASE("a loss curve has mean, low and high of every window and covers every step") {
  const auto curve = loss_curve(run_of(10), 4);
  REQUIRE(curve.size() == 4);
  CHECK(curve[0].first_step == 1);
  CHECK(curve[0].last_step == 3);
  CHECK(curve[0].mean == 2.0);
  CHECK(curve[0].low == 1.0);
  CHECK(curve[0].high == 3.0);
  CHECK(curve[3].first_step == 10);
  CHECK(curve[3].mean == 10.0);
}

TEST_CASE("losses that are not finite are left out of the curve") {
  RunRecord record = run_of(4);
  record.steps[0].loss = std::numeric_limits<double>::quiet_NaN();
  record.steps[2].loss = record.steps[3].loss = std::numeric_limits<double>::infinity();
  const auto curve = loss_curve(record, 2);
  REQUIRE(curve.size() == 1);
  CHECK(curve[0].mean == 2.0);
}

TEST_CASE("throughput is tokens over time, without warm-up") {
  RunRecord record = run_of(4);
  record.steps[0].warmup = true;
  record.steps[2].profile.wall = Seconds(3);
  const auto curve = throughput_curve(record, 2);
  REQUIRE(curve.size() == 2);
  CHECK(curve[0].mean == 16.0);
  CHECK(curve[1].mean == 8.0);
  CHECK(curve[1].high == 16.0);
  CHECK(loss_curve(run_of(0), 5).empty());
}

}  // namespace
}  // namespace assay
