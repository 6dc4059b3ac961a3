#include "profile/device_stopwatch.h"

#include <catch2/catch.hpp>

#include <chrono>
#include <stdexcept>
#include <thread>

TEST_CASE("a stopwatch runs the work once and tells at least the time it slept") {
  const auto stopwatch = assay::device_stopwatch(at::kCPU);
  int runs = 0;
  const double seconds = stopwatch([&] {
    ++runs;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  });
  CHECK(runs == 1);
  CHECK(seconds >= 2e-3);
}

TEST_CASE("a stopwatch goes on after work that threw") {
  const auto stopwatch = assay::device_stopwatch(at::kCPU);
  CHECK_THROWS_AS(stopwatch([] { throw std::runtime_error("refused"); }), std::runtime_error);
  CHECK(stopwatch([] {}) >= 0);
}
