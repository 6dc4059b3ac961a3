#include "energy/hwmon_source.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>

#include "energy/energy_config.h"

namespace assay {
namespace {

namespace fs = std::filesystem;
using Catch::Contains;

// What amdgpu and i915 show of their cards: links from /sys/class/drm to the PCI devices.
class DrmTree {
 public:
  DrmTree() {
    std::string name = (fs::temp_directory_path() / "assay-drm-XXXXXX").string();
    folder_ = mkdtemp(name.data());
    fs::create_directories(root());
  }
  ~DrmTree() { fs::remove_all(folder_); }
  DrmTree(const DrmTree&) = delete;
  DrmTree& operator=(const DrmTree&) = delete;

  [[nodiscard]] fs::path root() const { return folder_ / "class"; }
  void add_card(const std::string& card, const std::string& address) const {
    fs::create_directories(sensors(address));
    fs::create_directories(root() / card);
    fs::create_directory_symlink(folder_ / address, root() / card / "device");
  }
  void set(const std::string& address, const std::string& file, const std::string& text) const {
    std::ofstream(sensors(address) / file) << text << "\n";
  }
  void remove(const std::string& address, const std::string& file) const {
    fs::remove(sensors(address) / file);
  }

 private:
  [[nodiscard]] fs::path sensors(const std::string& address) const {
    return folder_ / address / "hwmon" / "hwmon3";
  }
  fs::path folder_;
};

constexpr const char* kAmd = "0000:03:00.0";
constexpr const char* kIntel = "0000:4d:00.0";

TEST_CASE("power of an AMD GPU is integrated and named as derived") {
  const DrmTree tree;
  tree.add_card("card1", kAmd);
  tree.set(kAmd, "power1_average", "300000000");
  PowerSources found;
  HwmonSource::find({kAmd}, tree.root(), found);
  REQUIRE(found.sources.size() == 1);
  PowerSource& source = *found.sources[0];
  CHECK(source.series() ==
        std::vector<EnergySeries>{{"hwmon_power_integral", kAmd, Provenance::kDerived}});
  static_cast<void>(source.read(100));
  tree.set(kAmd, "power1_average", "500000000");
  const EnergyReadings after = source.read(101);
  REQUIRE(after.samples.size() == 1);
  CHECK(after.samples[0].energy.value() == Approx(400));
  CHECK(after.samples[0].power->value() == Approx(500));
  CHECK(after.failures.empty());
}

TEST_CASE("an Intel GPU's counter is measured and its power stands beside it") {
  const DrmTree tree;
  tree.add_card("card0", kIntel);
  tree.set(kIntel, "energy1_input", "123000000");
  tree.set(kIntel, "power1_input", "90000000");
  PowerSources found;
  HwmonSource::find({kIntel}, tree.root(), found);
  REQUIRE(found.sources.size() == 1);
  CHECK(found.series_names() ==
        std::vector<std::string>{std::string("hwmon_counter ") + kIntel,
                                 std::string("hwmon_power_integral ") + kIntel});
  const EnergyReadings readings = found.sources[0]->read(100);
  REQUIRE(readings.samples.size() == 2);
  CHECK(readings.samples[0].energy.value() == Approx(123));
  CHECK(readings.samples[0].provenance == Provenance::kMeasured);
  CHECK(readings.samples[0].power->value() == Approx(90));
}

TEST_CASE("a GPU named by its PCI address is read by its driver, one by its UUID by NVML") {
  const DrmTree tree;
  tree.add_card("card1", kAmd);
  tree.set(kAmd, "power1_average", "300000000");
  EnergyConfig config;
  config.drm_root = tree.root().string();
  config.powercap_root = (tree.root() / "none").string();
  config.gpus = std::string(kAmd) + ",GPU-9";
  const PowerSources found =
      find_power_sources(config, config.gpus_to_read({"GPU-1"}), {}, "no-such-library.so");
  REQUIRE(found.sources.size() == 1);
  CHECK(found.sources[0]->series().front().device_uuid == kAmd);
  CHECK(EnergyConfig{}.gpus_to_read({"GPU-1"}) == std::vector<std::string>{"GPU-1"});
}

TEST_CASE("a card that goes away is a failure and gives no sample") {
  const DrmTree tree;
  tree.add_card("card1", kAmd);
  tree.set(kAmd, "power1_average", "300000000");
  PowerSources found;
  HwmonSource::find({kAmd}, tree.root(), found);
  REQUIRE(found.sources.size() == 1);
  tree.remove(kAmd, "power1_average");
  const EnergyReadings lost = found.sources[0]->read(100);
  CHECK(lost.samples.empty());
  CHECK_THAT(lost.failures.at(0), Contains("power1_average: No such file"));
  tree.set(kAmd, "power1_average", "N/A");
  CHECK_THAT(found.sources[0]->read(101).failures.at(0), Contains("not a number"));
}

TEST_CASE("an unknown address and a card without sensors are told") {
  const DrmTree tree;
  tree.add_card("card0", kIntel);
  PowerSources found;
  HwmonSource::find({kIntel, kAmd}, tree.root(), found);
  CHECK(found.sources.empty());
  REQUIRE(found.unavailable.size() == 2);
  CHECK_THAT(found.unavailable[0], Contains("neither energy1_input nor power1_average"));
  CHECK_THAT(found.unavailable[1], Contains("no such graphics device"));
}

}  // namespace
}  // namespace assay
