#include "record/step_windows.h"

#include <catch2/catch.hpp>

#include "run_fixture.h"

namespace assay {
namespace {

TEST_CASE("windows stay few, cover every step once and lose no extreme") {
  StepWindows windows;
  constexpr int64_t kSteps = 100'003;
  for (int64_t i = 1; i <= kSteps; ++i) {
    StepRecord step = test::second_step(i, 100.0 + static_cast<double>(i));
    step.loss = i == 77'777 ? 9.5 : 2.0;
    if (i == 50) step.profile.wall = Seconds(4);
    windows.add(step);
  }
  const auto& all = windows.all();
  CHECK(all.size() <= StepWindows::kMost);
  CHECK(all.size() > StepWindows::kMost / 2);
  int64_t next = 1;
  double high = 0;
  double slowest = 1e9;
  Seconds wall;
  for (const StepWindow& window : all) {
    REQUIRE(window.first_step == next);
    next = window.last_step + 1;
    high = std::max(high, window.losses->high);
    slowest = std::min(slowest, window.rates->low);
    wall += window.wall;
  }
  CHECK(next == kSteps + 1);
  CHECK(high == 9.5);
  CHECK(slowest == (test::second_step(1, 0).tokens / Seconds(4)).value());
  CHECK(wall.value() == kSteps + 3);
}

TEST_CASE("up to 2,000 steps each step is a window") {
  StepWindows windows;
  for (int64_t i = 1; i <= 2000; ++i) windows.add(test::second_step(i, double(i)));
  CHECK(windows.all().size() == 2000);
  CHECK(join_windows(windows.all(), 160).size() == 154);  // of 13 steps
  CHECK(join_windows(windows.all(), 0).empty());
}

}  // namespace
}  // namespace assay
