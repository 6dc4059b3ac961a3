#include "units/quantity.h"

#include <catch2/catch.hpp>
#include <type_traits>

#include "units/money.h"

namespace assay {
namespace {

template <class A, class B>
concept Addable = requires(A a, B b) {
  a + b;
};
template <class A, class B>
concept Multipliable = requires(A a, B b) {
  a* b;
};
template <class A, class B>
concept Comparable = requires(A a, B b) {
  a < b;
};

// What must not compile.
static_assert(!Addable<Seconds, Joules>);
static_assert(!Addable<Seconds, double>);
static_assert(!Comparable<Joules, Watts>);
static_assert(!Multipliable<Seconds, Seconds>);
static_assert(!Multipliable<Joules, Seconds>);
static_assert(!Multipliable<Money, GpuHours>);
static_assert(!std::is_convertible_v<double, Seconds>);
static_assert(!std::is_convertible_v<Seconds, double>);
static_assert(!std::is_convertible_v<GpuHours, Seconds>);

TEST_CASE("power times time is energy, and back") {
  CHECK((Watts(700) * Seconds(3600)).value() == 2.52e6);
  CHECK((Joules(2.52e6) / Seconds(3600)).value() == 700);
}

TEST_CASE("work over rate is time, and back") {
  CHECK((Flops(1e15) / FlopsPerSecond(1e12)).value() == 1000);
  CHECK((FlopsPerSecond(1e12) * Seconds(1000)).value() == 1e15);
  CHECK(Tokens(300) / Tokens(100) == 3.0);
}

TEST_CASE("hours are devices times wall time") {
  CHECK(gpu_hours(512, Seconds(198 * 3600)).value() == 101376);
  CHECK(device_seconds(GpuHours(2)).value() == 7200);
}

TEST_CASE("rent is hours times price") {
  const HourlyPrice price{{2.0, "USD", "2024-12-27"}};
  CHECK(GpuHours(2.788e6) * price == Money{5.576e6, "USD", "2024-12-27"});
}

TEST_CASE("amounts of two currencies do not add") {
  CHECK((Money{1, "USD", ""} + Money{2, "USD", ""}).amount == 3);
  CHECK_THROWS_WITH((Money{1, "USD", ""} + Money{2, "JPY", ""}), Catch::Contains("USD and JPY"));
}

}  // namespace
}  // namespace assay
