#include "record/bounded_events.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>

#include "run_fixture.h"

namespace assay {
namespace {

RunEvent eval_at(int64_t step, double loss) {
  RunEvent eval = test::event("eval", step, static_cast<double>(step), 0.5);
  eval.value = loss;
  return eval;
}

double seconds_of(const std::vector<RunEvent>& events, const std::string& kind) {
  double sum = 0;
  for (const RunEvent& event : events) {
    if (event.kind == kind) sum += event.duration.value_or(Seconds(0)).value();
  }
  return sum;
}

TEST_CASE("the events of a short run stay as they are, but for its checkpoints") {
  BoundedEvents bounded;
  bounded.add(test::event("startup", 0, 1, 1), true);
  for (int64_t step = 1; step <= 3; ++step) {
    bounded.add(eval_at(step, 3), true);
    bounded.add(test::event("checkpoint", step, static_cast<double>(step), 0.25), true);
  }
  bounded.add(test::event("checkpoint", 4, 4, 0.25), false);  // thrown away later
  bounded.add(test::event("stop", 4, 9, -1), true);
  const std::vector<RunEvent> events = bounded.take();
  REQUIRE(events.size() == 7);
  CHECK(events[2].kind == "checkpoint");
  CHECK(events[2].step == 3);
  CHECK(events[2].duration->value() == 0.75);
  CHECK(events[5].step == 4);
  CHECK(events.back().kind == "stop");
}

TEST_CASE("of a hundred thousand evaluations extremes, the last one and all seconds stay") {
  BoundedEvents bounded;
  for (int64_t step = 1; step <= 100000; ++step) {
    double loss = 3 + 1e-6 * static_cast<double>(step % 1000);
    if (step == 41) loss = 77;
    if (step == 60606) loss = 0.5;
    if (step == 7) loss = NAN;
    bounded.add(eval_at(step, loss), true);
  }
  const std::vector<RunEvent> events = bounded.take();
  CHECK(events.size() <= BoundedEvents::kMostEvals);
  CHECK(events.size() >= BoundedEvents::kMostEvals / 4);
  CHECK(seconds_of(events, "eval") == Approx(50000));
  const auto has = [&events](double value) {
    return std::ranges::any_of(events, [value](const RunEvent& e) { return e.value == value; });
  };
  CHECK(has(77));
  CHECK(has(0.5));
  CHECK(events.back().step == 100000);
  CHECK(std::ranges::is_sorted(events, {}, &RunEvent::step));
  // Old and new parts of the curve are equally dense, within twice.
  const auto early = std::ranges::count_if(events, [](const auto& e) { return e.step <= 50000; });
  CHECK(early > static_cast<int64_t>(events.size()) / 6);
}

TEST_CASE("evaluations of two processes are never taken together") {
  BoundedEvents bounded;
  for (int64_t step = 1; step <= 4000; ++step) {
    RunEvent eval = eval_at(step, 2);
    eval.attempt = step > 1999 ? 1 : 0;
    bounded.add(eval, eval.attempt == 1);
  }
  double lost = 0;
  for (const RunEvent& event : bounded.take()) {
    if (event.attempt == 0) lost += event.duration->value();
  }
  CHECK(lost == 0.5 * 1999);
}

TEST_CASE("warnings beyond a thousand are counted") {
  BoundedEvents bounded;
  for (int i = 0; i < 2500; ++i) {
    RunEvent warning = test::event("warning", 0, i, -1);
    warning.message = "warning " + std::to_string(i);
    bounded.add(warning, true);
  }
  const std::vector<RunEvent> events = bounded.take();
  REQUIRE(events.size() == BoundedEvents::kMostWarnings + 1);
  CHECK(events[999].message == "warning 999");
  CHECK(events.back().message == "1500 more warnings are in the files of events");
  CHECK(events.back().time_unix_s == 2499);
}

}  // namespace
}  // namespace assay
