#include "energy/tick_log.h"

#include <catch2/catch.hpp>

namespace assay {
namespace {

TEST_CASE("a tick is as late as the last reading of the value before is old") {
  TickLog log;
  for (const auto& [time, joules] : {std::pair{1.0, 5.0}, {1.1, 5.0}, {1.2, 5.0}, {1.3, 9.0}}) {
    log.add(time, Joules(joules));
  }
  const auto ticks = log.take();
  REQUIRE(ticks.size() == 2);
  CHECK(ticks[0].first);
  CHECK_FALSE(ticks[1].first);
  CHECK(ticks[1].time_unix_s == 1.3);
  CHECK(ticks[1].late.value() == Approx(0.1));
  CHECK(log.take().empty());
}

TEST_CASE("a value that carries the time of its refresh is not late") {
  TickLog log;
  for (const auto& [time, joules] : {std::pair{1.0, 5.0}, {1.0, 5.0}, {1.1, 9.0}}) {
    log.add(time, Joules(joules));
  }
  CHECK(log.take().back().late.value() == 0);
}

TEST_CASE("a counter that begins again, or whose time goes back, begins a new stretch") {
  TickLog log;
  log.add(1, Joules(5));
  log.add(2, Joules(9));
  log.add(3, Joules(1));
  log.add(2.5, Joules(4));
  const auto ticks = log.take();
  REQUIRE(ticks.size() == 4);
  CHECK(ticks[2].first);
  CHECK(ticks[3].first);
}

TEST_CASE("ticks that nobody takes are bounded, and what is left begins anew") {
  TickLog log;
  for (size_t i = 0; i < 3 * TickLog::kMostWaiting; ++i) {
    log.add(static_cast<double>(i), Joules(static_cast<double>(i)));
  }
  const auto ticks = log.take();
  CHECK(ticks.size() <= TickLog::kMostWaiting);
  CHECK(ticks.front().first);
}

}  // namespace
}  // namespace assay
