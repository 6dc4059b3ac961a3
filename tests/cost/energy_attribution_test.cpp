#include "cost/energy_attribution.h"

#include <catch2/catch.hpp>

namespace assay {
namespace {

constexpr size_t kForward = 1;
constexpr size_t kBackward = 2;

EnergySample sample(double time, double joules, std::string device = "GPU-1") {
  return {.time_unix_s = time,
          .source = "nvml_counter",
          .device_uuid = std::move(device),
          .energy = Joules(joules)};
}

// Nine steps of one second from 100 to 109: 0.4 s forward and 0.6 s backward each.
RunRecord nine_steps() {
  RunRecord record;
  record.manifests.resize(1);
  for (int i = 1; i <= 9; ++i) {
    StepRecord step;
    step.step = i;
    step.time_unix_s = 100.0 + i;
    step.tokens = Tokens(10);
    step.profile.wall = Seconds(1);
    step.profile.phases[kForward] = Seconds(0.4);
    step.profile.phases[kBackward] = Seconds(0.6);
    record.steps.push_back(step);
  }
  return record;
}

RunEvent fit_event(std::vector<PartPower> powers, std::string reason = {}) {
  RunEvent event;
  event.kind = "phase_power";
  event.phase_power = {.source = "nvml_counter",
                       .device_uuid = "GPU-1",
                       .method = powers.empty() ? "time_share" : "fitted",
                       .reason = std::move(reason),
                       .num_intervals = 500,
                       .powers = std::move(powers)};
  return event;
}

TEST_CASE("without a fit joules go by time, and evaluation has the rest") {
  RunRecord record = nine_steps();
  record.energy = {sample(100, 0), sample(110, 1000)};
  const EnergyUse use = energy_use(record);
  CHECK(use.attribution == "time_share");
  CHECK(use.by_phase->at(kForward).value() == Approx(360));
  CHECK(use.by_phase->at(kBackward).value() == Approx(540));
  CHECK(use.metered_share.value() == Approx(1));
  CHECK(use.per_token->value() == Approx(1000.0 / 90));
}

TEST_CASE("fitted powers share a counter's joules out, and no joule is made") {
  RunRecord record = nine_steps();
  record.energy = {sample(100, 0), sample(110, 4000)};
  const auto power = [](std::string part, double watts) {
    return PartPower{std::move(part), Watts(watts), Watts(watts), Watts(watts)};
  };
  record.events = {
      fit_event({power("forward", 200), power("backward", 600), power("outside", 100)})};
  const EnergyUse use = energy_use(record);
  CHECK(use.attribution == "fitted");
  CHECK(use.not_fitted.empty());
  const double sum = 3.6 * 200 + 5.4 * 600 + 1 * 100;
  CHECK(use.by_phase->at(kForward).value() == Approx(4000 * 3.6 * 200 / sum));
  CHECK(use.by_phase->at(kBackward).value() == Approx(4000 * 5.4 * 600 / sum));
  CHECK(use.by_phase->at(0).value() == 0);
}

TEST_CASE("a refused fit says why and joules go by time") {
  RunRecord record = nine_steps();
  record.energy = {sample(100, 0), sample(110, 1000)};
  record.events = {fit_event({}, "the tick of the counter is not known")};
  const EnergyUse use = energy_use(record);
  CHECK(use.attribution == "time_share");
  REQUIRE(use.not_fitted.size() == 1);
  CHECK(use.not_fitted[0] == "nvml_counter GPU-1: the tick of the counter is not known");
}

TEST_CASE("a device lost midway gives joules and tokens only to the steps before") {
  RunRecord record = nine_steps();
  record.energy = {sample(100, 0), sample(103, 600)};
  const EnergyUse use = energy_use(record);
  CHECK(use.total->value.value() == 600);
  CHECK(use.metered_share.value() == Approx(1.0 / 3));
  CHECK(use.by_phase->at(kForward).value() == Approx(240));
  CHECK(use.by_phase->at(kBackward).value() == Approx(360));
  CHECK(use.per_token->value() == Approx(20));
}

TEST_CASE("one counter with a fit and one without are mixed") {
  RunRecord record = nine_steps();
  record.energy = {sample(100, 0), sample(110, 1000), sample(100, 0, "GPU-2"),
                   sample(110, 500, "GPU-2")};
  record.events = {fit_event({PartPower{"forward", Watts(90), Watts(80), Watts(100)}})};
  const EnergyUse use = energy_use(record);
  CHECK(use.attribution == "mixed");
  CHECK(use.by_phase->at(kForward) + use.by_phase->at(kBackward) < use.total->value);
}

}  // namespace
}  // namespace assay
