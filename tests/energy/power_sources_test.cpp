#include <catch2/catch.hpp>

#include <fstream>

#include "energy/energy_config.h"
#include "energy/power_integral.h"
#include "energy/replay_source.h"
#include "energy/tdp_source.h"
#include "error/error.h"
#include "formats/temporary_folder.h"
#include "record/record_json.h"

namespace assay {
namespace {

using Catch::Matchers::Contains;

std::string line(double time, double joules, const char* device = "GPU-1") {
  return to_json_line(EnergySample{.time_unix_s = time,
                                   .source = "nvml_counter",
                                   .device_uuid = device,
                                   .energy = Joules(joules)}) +
         "\n";
}

TEST_CASE("a recorded file is played from its first reading, as a poll saw it") {
  const TemporaryFolder folder;
  std::ofstream(folder / "e.jsonl") << line(50, 7) << line(51, 9) << line(52, 13);
  ReplaySource source(folder / "e.jsonl");
  CHECK(source.series().at(0) == EnergySeries{"replay", "GPU-1/nvml_counter", Provenance::kQuoted});
  CHECK(source.read(1000.0).samples.at(0).energy == Joules(7));
  CHECK(source.read(1000.9).samples.at(0).energy == Joules(7));
  const EnergySample sample = source.read(1001.5).samples.at(0);
  CHECK(sample.energy == Joules(9));
  CHECK(sample.source == "replay");
  CHECK(sample.time_unix_s == 1001.5);
  CHECK(sample.provenance == Provenance::kQuoted);
  CHECK(source.read(1002.0).samples.at(0).energy == Joules(13));
  const EnergyReadings after = source.read(1003.0);
  CHECK(after.samples.empty());
  CHECK_THAT(after.failures.at(0), Contains("at its end"));
}

TEST_CASE("a device whose recording begins later is silent until then") {
  const TemporaryFolder folder;
  std::ofstream(folder / "e.jsonl") << line(50, 7) << line(51, 1, "GPU-2") << line(52, 9);
  ReplaySource source(folder / "e.jsonl");
  CHECK(source.series().size() == 2);
  CHECK(source.read(0.0).samples.size() == 1);
  CHECK(source.read(1.0).samples.size() == 2);
}

TEST_CASE("a replay file that is missing, empty or broken is a data error with its line") {
  const TemporaryFolder folder;
  CHECK_THROWS_AS(ReplaySource(folder / "none"), DataError);
  std::ofstream(folder / "e.jsonl").flush();
  CHECK_THROWS_WITH(ReplaySource(folder / "e.jsonl"), Contains("no reading"));
  std::ofstream(folder / "e.jsonl") << line(50, 7) << "{\n";
  CHECK_THROWS_WITH(ReplaySource(folder / "e.jsonl"), Contains("e.jsonl:2"));
  std::ofstream(folder / "e.jsonl") << line(50, 7) << line(49, 8);
  CHECK_THROWS_WITH(ReplaySource(folder / "e.jsonl"), Contains("time goes back"));
}

TEST_CASE("assumed power is a share of the TDP and named Assumed") {
  TdpSource source({.device_uuid = "", .tdp = Watts(200), .utilisation = 0.5});
  static_cast<void>(source.read(10.0));
  const EnergySample sample = source.read(20.0).samples.at(0);
  CHECK(sample.energy == Joules(1000));
  CHECK(sample.power == Watts(100));
  CHECK(sample.provenance == Provenance::kAssumed);
  CHECK(sample.source == "tdp");
}

TEST_CASE("the power integral is the trapezoid and leaves gaps out") {
  PowerIntegral integral(Seconds(2));
  CHECK(integral.add(0, Watts(100)));
  CHECK(integral.add(1, Watts(300)));
  CHECK(integral.energy() == Joules(200));
  CHECK_FALSE(integral.add(4, Watts(300)));
  CHECK_FALSE(integral.add(3, Watts(300)));
  CHECK(integral.energy() == Joules(200));
  CHECK(integral.add(4, Watts(300)));
  CHECK(integral.energy() == Joules(500));
}

TEST_CASE("where nothing can be measured the reasons are there and no figure is") {
  const TemporaryFolder folder;
  const PowerSources found =
      find_power_sources({.powercap_root = folder.path()}, {"GPU-1"}, {}, "libno-such.so.1");
  CHECK(found.sources.empty());
  REQUIRE(found.unavailable.size() == 2);
  CHECK_THAT(found.unavailable[0], Contains("nvml: no libno-such.so.1"));
  CHECK_THAT(found.unavailable[1], Contains("rapl: no package zone"));
}

TEST_CASE("assumed power stands in only where nothing is measured") {
  const TemporaryFolder folder;
  const std::vector<AssumedPower> assumed{{.device_uuid = "", .tdp = Watts(100)}};
  const EnergyConfig config{.powercap_root = folder.path()};
  CHECK(find_power_sources(config, {}, assumed).series_names() == std::vector<std::string>{"tdp"});
  std::filesystem::create_directories(folder / "intel-rapl:0");
  for (const auto& [file, text] : {std::pair{"name", "package-0"}, std::pair{"energy_uj", "1"},
                                   std::pair{"max_energy_range_uj", "9"}}) {
    std::ofstream(folder.path() / "intel-rapl:0" / file) << text;
  }
  CHECK(find_power_sources(config, {}, assumed).series_names() ==
        std::vector<std::string>{"rapl package-0"});
}

TEST_CASE("energy that is switched off says so") {
  const PowerSources found = find_power_sources({.enabled = false}, {"GPU-1"});
  CHECK(found.sources.empty());
  CHECK_THAT(found.unavailable.at(0), Contains("energy.enabled = false"));
}

}  // namespace
}  // namespace assay
