#include <stdlib.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "program.h"

namespace {

using Catch::Matchers::Contains;
using nlohmann::json;

// A folder with a scripted machine in it, and the doctor's view of that machine.
class Machine {
 public:
  Machine() {
    std::string name = (std::filesystem::temp_directory_path() / "assay_doctor_XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    std::filesystem::create_directory(folder_ / "powercap");
  }
  ~Machine() { std::filesystem::remove_all(folder_); }
  Machine(const Machine&) = delete;

  void add_package() const {
    const std::filesystem::path zone = folder_ / "powercap/intel-rapl:0";
    std::filesystem::create_directory(zone);
    std::ofstream(zone / "name") << "package-0\n";
    std::ofstream(zone / "energy_uj") << "12345\n";
    std::ofstream(zone / "max_energy_range_uj") << "262143328850\n";
  }
  [[nodiscard]] ProgramResult doctor(const std::string& nvml_script,
                                     const std::string& metrics_address = "off") const {
    std::ofstream(folder_ / "nvml") << nvml_script;
    const std::vector<std::string> args{
        "doctor",   "--json",         "--powercap-root",   (folder_ / "powercap").string(),
        "--folder", folder_.string(), "--metrics-address", metrics_address};
    return run_assay(args, {"LD_LIBRARY_PATH=" FAKE_NVML_FOLDER,
                            "ASSAY_FAKE_NVML=" + (folder_ / "nvml").string()});
  }

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
};

std::string all_of(const json& doctor, const std::string& topic) {
  std::string text;
  for (const json& finding : doctor.at("findings")) {
    if (finding.at("topic") == topic) text += finding.dump() + "\n";
  }
  return text;
}

TEST_CASE("doctor shows a GPU's and a package's joules with their provenance") {
  const Machine machine;
  machine.add_package();
  const ProgramResult result =
      machine.doctor("cuda 13000\ngpu GPU-7 NVIDIA H100 80GB HBM3\nenergy 1\npower 1\n");
  CHECK(result.exit_code == 0);
  const json doctor = json::parse(result.out);
  CHECK(doctor.at("schema_version") == 1);
  CHECK_THAT(all_of(doctor, "gpu"), Contains("NVIDIA H100 80GB HBM3, GPU-7"));
  CHECK_THAT(all_of(doctor, "energy"),
             Contains("nvml_counter GPU-7") && Contains("joules: measured") &&
                 Contains("joules: derived") && Contains("rapl package-0"));
}

TEST_CASE("doctor says what is absent and how to mend it, and that is no failure") {
  const ProgramResult result = Machine().doctor("init_status 9\n");
  CHECK(result.exit_code == 0);
  const json doctor = json::parse(result.out);
  CHECK_THAT(all_of(doctor, "gpu"), Contains("\"absent\""));
  CHECK_THAT(all_of(doctor, "energy"),
             Contains("Driver Not Loaded") && Contains("rapl: no package zone"));
}

TEST_CASE("doctor exits 1 where a run would stop: a GPU that cannot be opened") {
  const ProgramResult result = Machine().doctor("gpu GPU-7 NVIDIA H100\nopen_status 4\n");
  CHECK(result.exit_code == 1);
  CHECK_THAT(all_of(json::parse(result.out), "gpu"),
             Contains("\"broken\"") && Contains("Insufficient Permissions"));
}

TEST_CASE("doctor exits 1 where a run would stop: a metrics address that cannot be used") {
  const ProgramResult result = Machine().doctor("init_status 9\n", "203.0.113.1:9464");
  CHECK(result.exit_code == 1);
  CHECK_THAT(all_of(json::parse(result.out), "metrics"),
             Contains("Cannot assign requested address"));
}

TEST_CASE("doctor looks where the environment of an image points") {
  const Machine machine;
  const std::filesystem::path folder = machine.folder();
  const auto doctor = [&](const std::string& dictionary) {
    const ProgramResult result = run_assay(
        {"doctor", "--json"},
        {"ASSAY_DATA_DICTIONARY_FOLDER=" + dictionary, "ASSAY_METRICS_LISTEN=203.0.113.1:9464"});
    return json::parse(result.out);
  };
  const json empty = doctor(folder.string());
  CHECK_THAT(all_of(empty, "metrics"), Contains("203.0.113.1:9464"));
  if (!Contains("does not train").match(all_of(empty, "program"))) {
    CHECK_THAT(all_of(empty, "corpus"),
               Contains("\"absent\"") && Contains("no dictionary in " + folder.string()));
    std::ofstream(folder / "gcide.dict.dz") << "x";
    std::ofstream(folder / "gcide.index") << "x";
    CHECK_THAT(all_of(doctor(folder.string()), "corpus"),
               Contains("\"works\"") && Contains((folder / "gcide.dict.dz").string()));
  } else {
    CHECK(all_of(empty, "corpus").empty());  // an auditor needs no text
  }
}

TEST_CASE("doctor refuses an unknown option with exit code 2") {
  const ProgramResult result = run_assay({"doctor", "--jsno"});
  CHECK(result.exit_code == 2);
  CHECK_THAT(result.err, Contains("[doctor]"));
  CHECK(run_assay({"doctor", "extra"}).exit_code == 2);
  CHECK(run_assay({"doctor", "--help"}).exit_code == 0);
}

}  // namespace
