#include "energy/gpu_health_monitor.h"

#include <stdlib.h>
#include <catch2/catch.hpp>

#include <chrono>
#include <fstream>
#include <thread>

#include "formats/temporary_folder.h"

namespace assay {
namespace {

// Lets the fake library tell of a GPU's health for as long as this object lives.
class HealthScript {
 public:
  explicit HealthScript(const std::string& text) {
    std::ofstream(folder_ / "script") << text;
    ::setenv("ASSAY_FAKE_NVML", (folder_ / "script").c_str(), 1);
  }
  ~HealthScript() { ::unsetenv("ASSAY_FAKE_NVML"); }
  HealthScript(HealthScript&&) = delete;

 private:
  TemporaryFolder folder_;
};

TEST_CASE("a GPU tells how long it was throttled and what its memory got wrong") {
  const HealthScript script(
      "gpu GPU-1 NVIDIA H100\nthrottled_ns 74 2000000000\nthrottled_ns 75 !3\necc 3 5\necc 4 1\n");
  const auto monitor = GpuHealthMonitor::find({"GPU-1"}, Seconds(60), FAKE_NVML_NEW);
  REQUIRE(monitor);
  const std::vector<GpuHealth> latest = monitor->latest();
  REQUIRE(latest.size() == 1);
  CHECK(latest[0].uuid == "GPU-1");
  CHECK(latest[0].throttled == std::map<std::string, Seconds>{{"power", Seconds(2)}});
  CHECK(latest[0].ecc_errors ==
        std::map<std::string, int64_t>{{"corrected", 5}, {"uncorrected", 1}});
}

TEST_CASE("the reading is repeated") {
  const HealthScript script("gpu GPU-1 X\necc 4 0 1 2 3\n");
  const auto monitor = GpuHealthMonitor::find({"GPU-1"}, Seconds(0.001), FAKE_NVML_NEW);
  REQUIRE(monitor);
  for (int i = 0; i < 2000 && monitor->latest()[0].ecc_errors["uncorrected"] < 3; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  CHECK(monitor->latest()[0].ecc_errors["uncorrected"] == 3);
}

TEST_CASE("an old driver tells nothing, and without a GPU there is no monitor") {
  const HealthScript script("gpu GPU-1 X\n");
  const auto old = GpuHealthMonitor::find({"GPU-1"}, Seconds(60), FAKE_NVML_OLD);
  REQUIRE(old);
  CHECK(old->latest()[0].throttled.empty());
  CHECK_FALSE(GpuHealthMonitor::find({}, Seconds(60), FAKE_NVML_NEW));
  CHECK_FALSE(GpuHealthMonitor::find({"GPU-2"}, Seconds(60), FAKE_NVML_NEW));
  CHECK_FALSE(GpuHealthMonitor::find({"GPU-1"}, Seconds(60), "/no/such/library.so"));
}

}  // namespace
}  // namespace assay
