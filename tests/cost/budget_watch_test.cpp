#include "cost/budget_watch.h"

#include <catch2/catch.hpp>

namespace assay {
namespace {

using Catch::Matchers::Contains;

// One device at 1 USD a second; ten steps.
BudgetWatch watch_of(double budget, double before = 0) {
  return BudgetWatch({.per_device_hour = {3600, "USD", ""},
                      .num_devices = 1,
                      .started_unix_s = 0,
                      .before = before,
                      .planned_steps = 10},
                     {budget, "USD", ""});
}

std::optional<std::string> warning_of(BudgetWatch& watch, int64_t number, double end_unix_s) {
  StepRecord step{.step = number, .time_unix_s = end_unix_s};
  step.profile.wall = Seconds(1);
  watch.consume(step);
  return watch.take_warning();
}

TEST_CASE("a run that fits its budget is told nothing") {
  BudgetWatch watch = watch_of(10.5);
  for (int step = 1; step <= 10; ++step) CHECK_FALSE(warning_of(watch, step, step));
  CHECK_FALSE(watch.is_spent());
}

TEST_CASE("a projection over the budget is told once, and the budget's end once") {
  BudgetWatch watch = watch_of(4);
  const auto first = warning_of(watch, 1, 1);
  REQUIRE(first);
  CHECK_THAT(*first, Contains("will pass its budget: 10 USD") && Contains("4 are allowed"));
  CHECK_FALSE(warning_of(watch, 2, 2));
  CHECK_FALSE(warning_of(watch, 3, 3));
  CHECK_FALSE(watch.is_spent());
  const auto last = warning_of(watch, 4, 4);
  REQUIRE(last);
  CHECK_THAT(*last, Contains("is spent: 4 of 4 USD after step 4"));
  CHECK(watch.is_spent());
  CHECK_FALSE(warning_of(watch, 5, 5));
}

TEST_CASE("what earlier processes spent counts") {
  BudgetWatch watch = watch_of(4, 3.5);
  CHECK(warning_of(watch, 8, 1));
  CHECK(watch.is_spent());
}

TEST_CASE("a run that spent its budget before is told so before its first step") {
  BudgetWatch watch = watch_of(4, 3.5);
  watch.begin(0.25);
  CHECK_FALSE(watch.is_spent());
  watch.begin(0.5);
  CHECK(watch.is_spent());
  CHECK_THAT(*watch.take_warning(), Contains("spent before the first step: 4 of 4 USD"));
}

}  // namespace
}  // namespace assay
