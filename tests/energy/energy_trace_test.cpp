#include "energy/energy_trace.h"

#include <catch2/catch.hpp>

#include <cmath>
#include <random>

namespace assay {
namespace {

using Catch::Matchers::WithinAbs;

TEST_CASE("between two ticks the counter is on a line") {
  EnergyTrace trace;
  CHECK(trace.add(10.0, Joules(100)));
  CHECK(trace.add(10.1, Joules(100)));  // stands still
  CHECK(trace.add(10.2, Joules(140)));
  CHECK_THAT(trace.at(10.05).value().value(), WithinAbs(110.0, 1e-9));
  CHECK(trace.at(10.2) == Joules(140));
  CHECK_THAT(trace.between(10.05, 10.15).value().value(), WithinAbs(20.0, 1e-9));
}

TEST_CASE("outside of the ticks there is no figure") {
  EnergyTrace trace;
  CHECK_FALSE(trace.at(1.0).has_value());
  trace.add(10.0, Joules(100));
  trace.add(11.0, Joules(200));
  trace.add(12.0, Joules(200));
  CHECK_FALSE(trace.at(9.9).has_value());
  CHECK_FALSE(trace.at(11.5).has_value());
  CHECK_FALSE(trace.between(10.5, 11.5).has_value());
}

TEST_CASE("a counter that begins again is told and what was before is forgotten") {
  EnergyTrace trace;
  trace.add(10.0, Joules(100));
  trace.add(11.0, Joules(200));
  CHECK_FALSE(trace.add(12.0, Joules(5)));
  CHECK_FALSE(trace.at(10.5).has_value());
  CHECK(trace.add(13.0, Joules(15)));
  CHECK(trace.between(12.0, 13.0) == Joules(10));
  CHECK_FALSE(trace.add(12.5, Joules(20)));
}

TEST_CASE("old ticks make room for new ones") {
  EnergyTrace trace(2);
  for (int i = 0; i < 4; ++i) trace.add(i, Joules(i));
  CHECK_FALSE(trace.at(1.0).has_value());
  CHECK(trace.at(2.0) == Joules(2));
}

// Steps of 350 ms at 550, 650, 300 and 150 W under a counter that ticks every 101 ms and is polled
// every 20 ms: reading at the step's edge is off by 12 % and interpolation by 2.5 % (standard
// deviations; simulated in the same way by the source of the figures).
TEST_CASE("interpolation beats reading the counter at the edges of a step") {
  const auto power = [](double time) {
    const double in_step = std::fmod(time, 0.35);
    return in_step < 0.1 ? 550.0 : in_step < 0.3 ? 650.0 : in_step < 0.33 ? 300.0 : 150.0;
  };
  EnergyTrace trace(100'000);
  std::vector<double> naive_edges;
  std::vector<double> true_edges;
  double energy = 0;
  double counter = 0;
  constexpr double kTick = 1e-3;
  constexpr int kTicks = 70'000;
  for (int i = 0; i < kTicks; ++i) {
    const double time = i * kTick;
    if (i % 101 == 37) counter = energy;
    if (i % 20 == 0) trace.add(time, Joules(counter));
    if (i % 350 == 0) {
      naive_edges.push_back(counter);
      true_edges.push_back(energy);
    }
    energy += power(time + kTick / 2) * kTick;
  }
  double naive_error = 0;
  double error = 0;
  int num_steps = 0;
  for (size_t i = 2; i + 2 < true_edges.size(); ++i, ++num_steps) {
    const double truth = true_edges[i + 1] - true_edges[i];
    const double start = 0.35 * static_cast<double>(i);
    const double interpolated = trace.between(start, start + 0.35).value().value();
    naive_error += std::pow((naive_edges[i + 1] - naive_edges[i]) / truth - 1, 2);
    error += std::pow(interpolated / truth - 1, 2);
  }
  CHECK(std::sqrt(naive_error / num_steps) > 0.09);
  CHECK(std::sqrt(error / num_steps) < 0.035);
}

}  // namespace
}  // namespace assay
