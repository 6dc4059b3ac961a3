#include "record/run_clock.h"

#include <catch2/catch.hpp>

namespace assay {
namespace {

TEST_CASE("copies of a run's clock tell one time, which begins at the host's and never goes back") {
  const RunClock clock;
  const RunClock copy = clock;
  CHECK(clock.now_unix_s() > 1.7e9);
  double last = 0;
  for (int i = 0; i < 1000; ++i) {
    const double now = i % 2 == 0 ? clock.now_unix_s() : copy.now_unix_s();
    CHECK(now >= last);
    last = now;
  }
  // Nobody set the host's clock by more than a minute in between.
  CHECK(clock.host_ahead_s() == Approx(0).margin(60));
}

}  // namespace
}  // namespace assay
