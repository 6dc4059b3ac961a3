#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "program.h"
#include "run_copy.h"

namespace {

namespace fs = std::filesystem;
using Catch::Contains;
using nlohmann::json;

}  // namespace

TEST_CASE("node overhead and the building are lines of their own with their sources") {
  const RunCopy copy;
  const ProgramResult result =
      run_assay({"report", copy.run().string(), "--format", "md", "--energy-price", "0.1 USD/kWh",
                 "--node-overhead", "250 W", "--pue", "1.25"});
  INFO(result.err);
  REQUIRE(result.exit_code == 0);
  const std::string text = text_of(copy.run() / "report.md");
  CHECK_THAT(text, Contains("node overhead") && Contains("building (PUE - 1)"));
  CHECK_THAT(text, Contains("--node-overhead") && Contains("--pue"));
}

TEST_CASE("a price may be a sheet of the registry; a range is none") {
  const RunCopy copy;
  const std::string run = copy.run().string();
  const ProgramResult result =
      run_assay({"report", run, "--format", "md", "--price", "h100-sxm-market-2026"});
  INFO(result.err);
  REQUIRE(result.exit_code == 0);
  CHECK_THAT(text_of(copy.run() / "report.md"),
             Contains("price sheet h100-sxm-market-2026 (") && Contains("valid from 2026-"));
  const ProgramResult range =
      run_assay({"report", run, "--price", "a100-40gb-sxm-market-2022-2023"});
  CHECK(range.exit_code == 2);
  CHECK_THAT(range.err, Contains("is a range: 1.10 USD/gpu_h to 4.10 USD/gpu_h"));
}

TEST_CASE("report writes every format beside the run and prints the paths") {
  const RunCopy copy;
  const ProgramResult result =
      run_assay({"report", copy.run().string(), "--format", "html,md,json,csv"});
  INFO(result.err);
  REQUIRE(result.exit_code == 0);
  for (const char* suffix : {"html", "md", "json", "csv"}) {
    const fs::path path = copy.run() / ("report." + std::string(suffix));
    CHECK_THAT(result.out, Contains(path.string()));
    CHECK(fs::file_size(path) > 500);
  }
  const json report = json::parse(text_of(copy.run() / "report.json"));
  CHECK(report["schema_version"] == 1);
  CHECK(report["registry_hash"].get<std::string>().size() == 64);
  const json& sections = report["runs"][0]["sections"];
  CHECK(sections["run"]["steps"]["value"] == 12);
  CHECK(sections["time"]["state.lost"]["value"].get<double>() > 0);
  CHECK(sections["cost"]["cost_total"]["provenance"] == "assumed");
  CHECK(sections["energy"]["energy_total"]["value"].is_null());
}

TEST_CASE("report shows the verdicts of claims in the language asked for") {
  const RunCopy copy;
  const ProgramResult result = run_assay(
      {"report", copy.run().string(), "--audit", "dsv3-total-2788k,r1-294k-table", "--lang", "ja"});
  INFO(result.err);
  REQUIRE(result.exit_code == 0);
  const std::string html = text_of(copy.run() / "report.html");
  CHECK_THAT(html, Contains("<html lang=\"ja\">"));
  CHECK_THAT(html, Contains("id=\"claim-dsv3-total-2788k\""));
  CHECK_THAT(html, Contains("id=\"claim-r1-294k-table\""));
}

TEST_CASE("claims without a run make a report where --out says") {
  const RunCopy copy;
  const fs::path out = copy.run() / "claims.json";
  const ProgramResult result = run_assay(
      {"report", "--audit", "dsv3-total-2788k", "--format", "json", "--out", out.string()});
  INFO(result.err);
  REQUIRE(result.exit_code == 0);
  CHECK(json::parse(text_of(out))["claims"][0]["claim"] == "dsv3-total-2788k");
}

TEST_CASE("a wrong command line of report ends with 2 and says what is wrong") {
  const RunCopy copy;
  const std::string run = copy.run().string();
  const auto fails = [](const std::vector<std::string>& args, const std::string& what) {
    const ProgramResult result = run_assay(args);
    CHECK(result.exit_code == 2);
    CHECK_THAT(result.err, Contains(what));
  };
  fails({"report"}, "name a run directory");
  fails({"report", run, "--format", "pdf"}, "unknown format: pdf");
  fails({"report", run, "--lang", "fr"}, "--lang is en or ja");
  fails({"report", run, "--price", "2.0"}, "2.0");
  fails({"report", run, "--price", "2 USD/kWh"}, "--price");
  fails({"report", run, "--price", "0 USD/gpu_h"}, "--price is not above zero: 0 USD/gpu_h");
  fails({"report", run, "--pue", "1.2"}, "--energy-price");
  fails({"report", run, "--energy-price", "0.1 USD/kWh", "--pue", "0.9"}, "0.9");
  fails({"report", run, "--energy-price", "0.1 USD/kWh", "--node-overhead", "250 J"}, "250 J");
  fails({"report", "--audit", "dsv3-total-2788k"}, "--out");
  const ProgramResult unknown = run_assay({"report", run, "--price", "h100-sxm-market-2062"});
  CHECK(unknown.exit_code == 3);
  CHECK_THAT(unknown.err, Contains("nearest") && Contains("h100-sxm-market-2026"));
  CHECK_FALSE(fs::exists(copy.run() / "report.html"));
}

TEST_CASE("a broken run ends with 3 and names the place") {
  const RunCopy copy;
  CHECK(run_assay({"report", "/nonexistent"}).exit_code == 3);
  const fs::path steps = copy.run() / "steps.jsonl";
  std::string text = text_of(steps);
  text[text.find('\n') + 5] = '}';
  std::ofstream(steps, std::ios::binary) << text;
  const ProgramResult result = run_assay({"report", copy.run().string()});
  CHECK(result.exit_code == 3);
  CHECK_THAT(result.err, Contains("steps.jsonl:2:"));
}

TEST_CASE("a report that cannot be written ends with 6 and leaves no file") {
  const RunCopy copy;
  const ProgramResult result =
      run_assay({"report", copy.run().string(), "--out", "/proc/assay/report.html"});
  CHECK(result.exit_code == 6);
  CHECK_FALSE(fs::exists(copy.run() / "report.html"));
}

TEST_CASE("a report goes to standard output where --out is -, one format at a time") {
  const RunCopy copy;
  const std::string run = copy.run().string();
  const ProgramResult result = run_assay({"report", run, "--format", "json", "--out", "-"});
  INFO(result.err);
  REQUIRE(result.exit_code == 0);
  CHECK(json::parse(result.out)["schema_version"] == 1);
  const ProgramResult two = run_assay({"report", run, "--format", "json,md", "--out", "-"});
  CHECK(two.exit_code == 2);
  CHECK_THAT(two.err, Contains("several formats cannot be standard output"));
  for (const char* name : {"-", "-.json", "-.md"}) CHECK_FALSE(fs::exists(name));
}

TEST_CASE("a torn last line is told in the report") {
  const RunCopy copy;
  std::ofstream(copy.run() / "steps.jsonl", std::ios::app) << "{\"schema_ver";
  REQUIRE(run_assay({"report", copy.run().string()}).exit_code == 0);
  CHECK_THAT(text_of(copy.run() / "report.html"), Contains("torn last line of 12 bytes"));
}
