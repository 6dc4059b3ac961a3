#include "record/energy_totals.h"

#include <catch2/catch.hpp>

namespace assay {
namespace {

EnergySample rapl(double time, double joules, int attempt = 0) {
  return {.time_unix_s = time,
          .source = "rapl",
          .device_uuid = "package-0",
          .energy = Joules(joules),
          .node = "0",
          .attempt = attempt};
}

TEST_CASE("joules between samples of one process add up, and a reset is no joule") {
  const EnergyTotals totals =
      add_up({rapl(100, 50), rapl(101, 80), rapl(102, 10), rapl(103, 15), rapl(200, 900, 1)});
  REQUIRE(totals.series.size() == 1);
  const auto& [key, series] = *totals.series.begin();
  CHECK(key == EnergyTotals::Key{"0", "package-0", "rapl"});
  CHECK(series.energy.value() == 35);
  CHECK(series.covered.value() == 2);
  CHECK(series.num_samples == 5);
  CHECK(series.num_resets == 1);
  CHECK(series.spans.at(0).begin_unix_s == 100);
  CHECK(series.spans.at(0).end_unix_s == 103);
  CHECK(series.spans.at(1).end_unix_s == 200);
}

TEST_CASE("a clock that was set back takes no second away") {
  const auto series = add_up({rapl(100, 0), rapl(40, 10), rapl(41, 20)}).series.begin()->second;
  CHECK(series.energy.value() == 20);
  CHECK(series.covered.value() == 1);
  CHECK(series.spans.at(0).end_unix_s == 100);
}

TEST_CASE("one assumed sample makes the sum assumed") {
  EnergySample assumed = rapl(101, 10);
  assumed.provenance = Provenance::kAssumed;
  CHECK(add_up({rapl(100, 0), assumed, rapl(102, 20)}).series.begin()->second.provenance ==
        Provenance::kAssumed);
}

}  // namespace
}  // namespace assay
