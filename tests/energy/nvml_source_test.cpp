#include "energy/nvml_source.h"

#include <stdlib.h>
#include <catch2/catch.hpp>

#include <fstream>
#include <string>

#include "energy/gpu_uuid.h"
#include "formats/temporary_folder.h"

namespace assay {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::WithinAbs;

// Lets the fake library run a script for as long as this object lives.
class NvmlScript {
 public:
  explicit NvmlScript(const std::string& text) {
    const std::filesystem::path file = folder_ / "script";
    std::ofstream(file) << text;
    ::setenv("ASSAY_FAKE_NVML", file.c_str(), 1);
  }
  ~NvmlScript() { ::unsetenv("ASSAY_FAKE_NVML"); }
  NvmlScript(NvmlScript&&) = delete;

 private:
  TemporaryFolder folder_;
};

PowerSources find(const std::vector<std::string>& uuids, const char* library = FAKE_NVML_NEW) {
  PowerSources found;
  NvmlSource::find(uuids, found, library);
  return found;
}

TEST_CASE("a GPU gives its counter as Measured and the integral of its power as Derived") {
  const NvmlScript script(
      "gpu GPU-1 NVIDIA H100\nenergy 5000 5000 5700\npower 300000 300000 400000\n");
  const PowerSources found = find({"GPU-1"});
  REQUIRE(found.sources.size() == 1);
  CHECK(found.unavailable.empty());
  CHECK(found.series_names() ==
        std::vector<std::string>{"nvml_counter GPU-1", "nvml_power_integral GPU-1"});
  PowerSource& source = *found.sources[0];
  static_cast<void>(source.read(100.0));
  const EnergyReadings second = source.read(102.0);
  REQUIRE(second.samples.size() == 2);
  CHECK(second.failures.empty());
  CHECK_THAT(second.samples[0].energy.value(), WithinAbs(5.7, 1e-12));
  CHECK(second.samples[0].source == "nvml_counter");
  CHECK(second.samples[0].provenance == Provenance::kMeasured);
  CHECK(second.samples[0].power == Watts(400.0));
  CHECK_THAT(second.samples[1].energy.value(), WithinAbs(700.0, 1e-9));
  CHECK(second.samples[1].provenance == Provenance::kDerived);
}

TEST_CASE("without a counter the power integral alone is left") {
  const NvmlScript script("gpu GPU-1 NVIDIA P100\npower 200000\n");
  for (const char* library : {FAKE_NVML_NEW, FAKE_NVML_OLD}) {
    const PowerSources found = find({"GPU-1"}, library);
    CHECK(found.series_names() == std::vector<std::string>{"nvml_power_integral GPU-1"});
    static_cast<void>(found.sources.at(0)->read(10.0));
    const EnergyReadings readings = found.sources.at(0)->read(11.5);
    CHECK_THAT(readings.samples.at(0).energy.value(), WithinAbs(300.0, 1e-9));
    CHECK(readings.failures.empty());
  }
}

TEST_CASE("a gap in which nobody looked is left out of the integral and counted") {
  const NvmlScript script("gpu GPU-1 X\npower 200000\n");
  const PowerSources found = find({"GPU-1"});
  static_cast<void>(found.sources.at(0)->read(10.0));
  const EnergyReadings readings = found.sources.at(0)->read(20.0);
  CHECK(readings.samples.at(0).energy == Joules(0.0));
  CHECK_THAT(readings.failures.at(0), Contains("leaves out a gap"));
}

TEST_CASE("only the GPUs of this run are read") {
  const NvmlScript script("gpu GPU-1 A\nenergy 1\ngpu GPU-2 A\nenergy 2\n");
  CHECK(find({"GPU-2"}).series_names().at(0) == "nvml_counter GPU-2");
  CHECK(find({"GPU-2"}).sources.at(0)->series().at(0).device_uuid == "GPU-2");
  CHECK(find({}).sources.at(0)->series().size() == 4);
}

TEST_CASE("a GPU in MIG mode and a MIG instance are refused with the reason") {
  const NvmlScript script("gpu GPU-1 A\nmig 1\nenergy 1\n");
  CHECK_THAT(find({"GPU-1"}).unavailable.at(0), Contains("in MIG mode"));
  CHECK_THAT(find({"MIG-7"}).unavailable.at(0), Contains("a MIG instance"));
  CHECK(find({"GPU-1", "MIG-7"}).sources.empty());
}

TEST_CASE("a GPU lost midway gives no sample and one failure a reading") {
  const NvmlScript script("gpu GPU-1 A\nenergy 1000 1000 !15\npower 100000 100000 !15\n");
  const PowerSources found = find({"GPU-1"});
  CHECK(found.sources.at(0)->read(1.0).samples.size() == 2);
  const EnergyReadings lost = found.sources.at(0)->read(2.0);
  CHECK(lost.samples.empty());
  CHECK_THAT(lost.failures.at(0), Contains("GPU-1") && Contains("GPU is lost"));
}

TEST_CASE("a machine without the library, the driver or the permission says which") {
  CHECK_THAT(find({}, "libno-such-library.so.1").unavailable.at(0),
             Contains("it comes with the NVIDIA driver"));
  {
    const NvmlScript script("init_status 9\n");
    CHECK_THAT(find({}).unavailable.at(0), Contains("Driver Not Loaded"));
  }
  const NvmlScript script("gpu GPU-1 A\nopen_status 4\n");
  CHECK_THAT(find({"GPU-1"}).unavailable.at(0), Contains("Insufficient Permissions"));
  CHECK_THAT(find({"GPU-9"}).unavailable.at(0), Contains("Not Found"));
  CHECK_THAT(find({}).unavailable.at(0), Contains("GPU 0: cannot be opened"));
}

TEST_CASE("the driver's time stamp is used unless it is another clock") {
  {
    const NvmlScript script("gpu GPU-1 A\nenergy 1\npower 1\ntime_us 99500000\n");
    CHECK(find({"GPU-1"}).sources.at(0)->read(100.0).samples.at(0).time_unix_s == 99.5);
  }
  const NvmlScript script("gpu GPU-1 A\nenergy 1\npower 1\ntime_us 1000\n");
  CHECK(find({"GPU-1"}).sources.at(0)->read(100.0).samples.at(0).time_unix_s == 100.0);
}

TEST_CASE("driver, CUDA version and the device's own facts are read") {
  const NvmlScript script("driver 570.1\ncuda 12080\ngpu GPU-1 NVIDIA H100 80GB HBM3\n");
  auto opened = NvmlLibrary::open(FAKE_NVML_NEW);
  const NvmlLibrary nvml = std::get<NvmlLibrary>(std::move(opened));
  CHECK(nvml.driver_version().value == "570.1");
  CHECK(nvml.cuda_driver_version().value == 12080);
  const nvml::Device device = nvml.device(0U).value;
  CHECK(nvml.name(device).value == "NVIDIA H100 80GB HBM3");
  CHECK(nvml.uuid(device).value == "GPU-1");
  CHECK(nvml.power_limit(device).value == Watts(700.0));
  CHECK(nvml.memory(device).value.total == 85'899'345'920ULL);
  CHECK_FALSE(nvml.device(1U).ok());
}

TEST_CASE("the UUID of a CUDA device is written as NVML writes it") {
  std::array<std::byte, 16> uuid{};
  for (size_t i = 0; i < uuid.size(); ++i) uuid[i] = static_cast<std::byte>(i * 17);
  CHECK(gpu_uuid_text(uuid) == "GPU-00112233-4455-6677-8899-aabbccddeeff");
}

}  // namespace
}  // namespace assay
