#include "energy/rapl_source.h"

#include <sys/stat.h>
#include <unistd.h>
#include <catch2/catch.hpp>

#include <fstream>
#include <string>

#include "energy/energy_config.h"
#include "formats/temporary_folder.h"

namespace assay {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::WithinAbs;

// A powercap tree like the kernel's.
class PowercapTree {
 public:
  void set(const std::string& zone, const std::string& file, const std::string& text) const {
    std::filesystem::create_directories(root() / zone);
    std::ofstream(root() / zone / file) << text << '\n';
  }
  void add(const std::string& zone, const std::string& name, uint64_t energy_uj) const {
    set(zone, "name", name);
    set(zone, "energy_uj", std::to_string(energy_uj));
    set(zone, "max_energy_range_uj", "1000000");
  }
  [[nodiscard]] std::filesystem::path root() const { return folder_.path(); }
  [[nodiscard]] PowerSources find() const {
    PowerSources found;
    RaplSource::find(root(), found);
    return found;
  }

 private:
  TemporaryFolder folder_;
};

// Does not have root's rights for as long as it lives; root may read anything.
class WithoutRoot {
 public:
  WithoutRoot() { was_root_ = ::geteuid() == 0 && ::seteuid(65534) == 0; }
  ~WithoutRoot() {
    if (was_root_ && ::seteuid(0) != 0) ::abort();
  }
  WithoutRoot(WithoutRoot&&) = delete;

 private:
  bool was_root_ = false;
};

TEST_CASE("packages are read; their parts, psys and the second view are not") {
  const PowercapTree tree;
  tree.add("intel-rapl:0", "package-0", 100);
  tree.add("intel-rapl:0:0", "core", 100);
  tree.add("intel-rapl:0:1", "dram", 100);
  tree.add("intel-rapl:1", "package-1", 100);
  tree.add("intel-rapl:2", "psys", 100);
  tree.add("intel-rapl-mmio:0", "package-0", 100);
  tree.add("dtpm", "package-9", 100);
  CHECK(tree.find().series_names() == std::vector<std::string>{"rapl package-0", "rapl package-1"});
}

TEST_CASE("joules count from the first reading and go on over a wrap") {
  const PowercapTree tree;
  tree.add("intel-rapl:0", "package-0", 900'000);
  const PowerSources found = tree.find();
  PowerSource& source = *found.sources.at(0);
  CHECK(source.read(1.0).samples.at(0).energy == Joules(0.0));
  tree.set("intel-rapl:0", "energy_uj", "950000");
  CHECK_THAT(source.read(2.0).samples.at(0).energy.value(), WithinAbs(0.05, 1e-12));
  tree.set("intel-rapl:0", "energy_uj", "20000");
  CHECK_THAT(source.read(3.0).samples.at(0).energy.value(), WithinAbs(0.12, 1e-12));
  CHECK(source.read(4.0).samples.at(0).provenance == Provenance::kMeasured);
}

TEST_CASE("a counter that vanishes or shows no number fails and goes on later") {
  const PowercapTree tree;
  tree.add("intel-rapl:0", "package-0", 100'000);
  const PowerSources found = tree.find();
  PowerSource& source = *found.sources.at(0);
  static_cast<void>(source.read(1.0));
  std::filesystem::remove(tree.root() / "intel-rapl:0/energy_uj");
  CHECK_THAT(source.read(2.0).failures.at(0), Contains("package-0: No such file"));
  tree.set("intel-rapl:0", "energy_uj", "soon");
  CHECK_THAT(source.read(3.0).failures.at(0), Contains("no number"));
  tree.set("intel-rapl:0", "energy_uj", "2000000");
  CHECK(source.read(3.5).samples.empty());
  tree.set("intel-rapl:0", "energy_uj", "300000");
  CHECK_THAT(source.read(4.0).samples.at(0).energy.value(), WithinAbs(0.2, 1e-12));
}

TEST_CASE("no zone and no folder say what to do") {
  const PowercapTree tree;
  CHECK_THAT(tree.find().unavailable.at(0), Contains("no package zone in"));
  PowerSources found;
  RaplSource::find(tree.root() / "none", found);
  CHECK_THAT(found.unavailable.at(0), Contains("mount the host's /sys/class/powercap"));
}

TEST_CASE("a package without a range is refused") {
  const PowercapTree tree;
  tree.add("intel-rapl:0", "package-0", 1);
  tree.set("intel-rapl:0", "max_energy_range_uj", "0");
  CHECK_THAT(tree.find().unavailable.at(0), Contains("no counter or no range"));
  CHECK(tree.find().sources.empty());
}

TEST_CASE("no permission is not available, with the command that mends it") {
  const PowercapTree tree;
  ::chmod(tree.root().c_str(), 0755);
  for (const char* zone : {"0", "1"}) {
    const std::string folder = std::string("intel-rapl:") + zone;
    tree.add(folder, std::string("package-") + zone, 1);
    ::chmod((tree.root() / folder / "energy_uj").c_str(), 0);
  }
  const WithoutRoot without_root;
  const PowerSources found = tree.find();
  CHECK(found.sources.empty());
  REQUIRE(found.unavailable.size() == 1);
  CHECK_THAT(found.unavailable.at(0), Contains("rapl: package-0, package-1: permission denied"));
  CHECK_THAT(found.unavailable.at(0),
             Contains("permission denied") && Contains("chmod a+r") && Contains("energy_uj"));
}

TEST_CASE("of several ranks on a node one reads the packages") {
  const PowercapTree tree;
  tree.add("intel-rapl:0", "package-0", 100);
  const EnergyConfig config{.powercap_root = tree.root().string()};
  CHECK(find_power_sources(config, {}, {}, "", 0).series_names() ==
        std::vector<std::string>{"rapl package-0"});
  const PowerSources second = find_power_sources(config, {}, {}, "", 1);
  CHECK(second.series_names().empty());
  CHECK_THAT(second.unavailable.at(0), Contains("local rank 0's"));
}

}  // namespace
}  // namespace assay
