#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>

#include "program.h"

namespace {

namespace fs = std::filesystem;
using Catch::Contains;

/// A folder of these tests' own, empty at first.
fs::path format_folder(const std::string& name) {
  fs::path folder = fs::temp_directory_path() /
                    ("assay_format_" + name + "_" + std::to_string(static_cast<long>(getpid())));
  fs::remove_all(folder);
  fs::create_directories(folder);
  return folder;
}

std::string content(const fs::path& path) {
  std::ifstream stream(path);
  return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace

TEST_CASE("audit writes one claim as HTML, Markdown, the chain's CSV and citations") {
  const fs::path folder = format_folder("one");
  const std::string page = (folder / "claim.html").string();
  const ProgramResult html =
      run_assay({"audit", "dsv3-total-2788k", "--format", "html", "--out", page});
  INFO(html.err);
  CHECK(html.exit_code == 0);
  CHECK(html.out.empty());
  CHECK_THAT(content(page), Contains("<!DOCTYPE html>") && Contains("badge reproduced") &&
                                Contains("assay audit dsv3-total-2788k --format html"));
  const ProgramResult markdown = run_assay({"audit", "dsv3-total-2788k", "--format", "md"});
  CHECK_THAT(markdown.out, Contains("**reproduced**"));
  const ProgramResult csv = run_assay({"audit", "dsv3-total-2788k", "--format", "csv"});
  CHECK_THAT(csv.out, Catch::StartsWith("claim,verdict,line,step,"));
  const ProgramResult cite = run_assay({"audit", "dsv3-total-2788k", "--format", "cite"});
  CHECK_THAT(cite.out, Contains("registry 2") && Contains("@misc{assay-dsv3-total-2788k,"));
  fs::remove_all(folder);
}

TEST_CASE("the atlas of the whole registry is one small file") {
  const fs::path folder = format_folder("atlas");
  const std::string page = (folder / "atlas.html").string();
  const ProgramResult result = run_assay({"audit", "--all", "--format", "html", "-o", page});
  INFO(result.err);
  CHECK(result.exit_code == 1);  // some claims are inconsistent
  CHECK(fs::file_size(page) < 3'000'000);
  CHECK_THAT(content(page), Contains("id=\"atlas\""));
  fs::remove_all(folder);
}

TEST_CASE("JSON carries the registry's version and a citation of every claim") {
  const ProgramResult result = run_assay({"audit", "dsv3-mfu", "--format", "json"});
  const auto json = nlohmann::json::parse(result.out);
  CHECK_FALSE(json["registry_version"].get<std::string>().empty());
  CHECK_THAT(json["claims"][0]["citation"]["plain"].get<std::string>(),
             Contains(json["registry_hash"].get<std::string>()));
}

TEST_CASE("a format that is not there, or two, exit 2; a folder that is not there 6") {
  CHECK(run_assay({"audit", "dsv3-mfu", "--format", "pdf"}).exit_code == 2);
  CHECK(run_assay({"audit", "dsv3-mfu", "--format", "md", "--json"}).exit_code == 2);
  CHECK(
      run_assay({"audit", "dsv3-mfu", "--format", "html", "-o", "/nonexistent/x.html"}).exit_code ==
      6);
  CHECK(run_assay({"audit", "--import", "epoch", "x.csv", "--format", "md"}).exit_code == 2);
}

TEST_CASE("a file called - is standard output, which takes one text") {
  const ProgramResult plain = run_assay({"audit", "dsv3-mfu", "--json"});
  const ProgramResult dash = run_assay({"audit", "dsv3-mfu", "--json", "-o", "-"});
  CHECK(dash.exit_code == plain.exit_code);
  CHECK(dash.out == plain.out);
  const ProgramResult two = run_assay({"audit", "dsv3-mfu", "--metrics", "-"});
  CHECK(two.exit_code == 2);
  CHECK_THAT(two.err, Contains("--metrics - wants --out FILE"));
  const fs::path folder = format_folder("dash");
  const ProgramResult metrics =
      run_assay({"audit", "dsv3-mfu", "--metrics", "-", "--out", (folder / "claim.txt").string()});
  CHECK_THAT(metrics.out, Catch::StartsWith("# HELP assay_"));
  const std::string table =
      (fs::path(ASSAY_SOURCE_DIR) / "tests" / "audit" / "bulk" / "systems.csv").string();
  const ProgramResult rows = run_assay(
      {"audit", "--import", "epoch", table, "--csv", "-", "--out", (folder / "sum.txt").string()});
  CHECK_THAT(rows.out,
             Contains("inconsistent") || Contains("plausible") || Contains("unverifiable"));
  CHECK(fs::file_size(folder / "sum.txt") > 0);
  const ProgramResult claim = run_assay({"claims", "new", "mine", "--out", "-"});
  CHECK(claim.exit_code == 0);
  CHECK_THAT(claim.out, Contains("mine"));
  for (const char* name : {"-", "mine.toml"}) CHECK_FALSE(fs::exists(name));
  fs::remove_all(folder);
}

TEST_CASE("a table's audit as HTML charts the implied utilisation by year and device") {
  const fs::path folder = format_folder("table");
  const std::string table =
      (fs::path(ASSAY_SOURCE_DIR) / "tests" / "audit" / "bulk" / "systems.csv").string();
  const ProgramResult result = run_assay({"audit", "--import", "epoch", table, "--format", "html"});
  INFO(result.err);
  CHECK_THAT(result.out, Contains("id=\"by-year\"") && Contains("id=\"by-device\"") &&
                             Contains("class=\"range-row"));
  fs::remove_all(folder);
}

TEST_CASE("claims together stand on one page with their sum") {
  const ProgramResult result =
      run_assay({"audit", "dsv3-total-2788k", "r1-294k-table", "--together", "--format", "html"});
  CHECK_THAT(result.out, Contains("id=\"together\"") && Contains("5576000 + 294000"));
}
