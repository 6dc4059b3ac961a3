#include <catch2/catch.hpp>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "program.h"

namespace {

TEST_CASE("runs and claims are not compared with each other, nor one run by itself") {
  const std::string run =
      (std::filesystem::path(ASSAY_SOURCE_DIR) / "tests" / "golden" / "run").string();
  CHECK(run_assay({"compare", run, "dsv3-total-2788k"}).exit_code == 2);
  CHECK(run_assay({"compare", run}).exit_code == 2);
  const ProgramResult twice = run_assay({"compare", run, run});
  CHECK(twice.exit_code == 3);
  CHECK_THAT(twice.err, Catch::Contains("[compare]"));
  const std::string folder = std::filesystem::temp_directory_path().string();
  CHECK(run_assay({"compare", folder, folder}).exit_code == 3);  // no runs
  const ProgramResult absent = run_assay({"compare", "runs/no-such-run", "runs/nor-this"});
  CHECK(absent.exit_code == 3);
  CHECK_THAT(absent.err, Catch::Contains("no run directory: runs/no-such-run"));
  const ProgramResult one = run_assay({"compare", run, "no-such-run"});
  CHECK(one.exit_code == 3);
  CHECK_THAT(one.err, Catch::Contains("no run directory: no-such-run"));
  const ProgramResult unknown = run_assay({"compare", "dsv3-total-2788", "dsv3-mfu"});
  CHECK(unknown.exit_code == 3);
  CHECK_THAT(unknown.err, Catch::Contains("nearest known: \"dsv3-total-2788k\""));
}

TEST_CASE("a refused comparison names its reasons and is no finding") {
  const ProgramResult result =
      run_assay({"compare", "dsv3-total-2788k", "semianalysis-1.6b", "--json"});
  CHECK(result.exit_code == 0);
  const auto comparison = nlohmann::json::parse(result.out);
  CHECK(comparison.at("comparable") == false);
  CHECK(comparison.at("ratio").is_null());
  CHECK(comparison.at("reasons").size() >= 3);
  CHECK(run_assay({"compare", "dsv3-total-2788k"}).exit_code == 2);
}

}  // namespace
