#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "program.h"

namespace {

namespace fs = std::filesystem;
using Catch::Contains;
using nlohmann::json;

constexpr const char* kManifest = ASSAY_SOURCE_DIR "/tests/golden/run/manifest.json";

// A copy of the small run that lies in tests/golden.
class RunCopy {
 public:
  RunCopy() {
    std::string name = (fs::temp_directory_path() / "assay-report-cli-XXXXXX").string();
    path_ = mkdtemp(name.data());
    fs::copy(fs::path(kManifest).parent_path(), path_ / "run", fs::copy_options::recursive);
  }
  ~RunCopy() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  RunCopy(const RunCopy&) = delete;
  RunCopy& operator=(const RunCopy&) = delete;
  [[nodiscard]] fs::path run() const { return path_ / "run"; }

 private:
  fs::path path_;
};

std::string text_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// What the program shows on a terminal of so many columns.
std::string on_terminal(const std::vector<std::string>& args, unsigned short columns) {
  winsize size{.ws_row = 24, .ws_col = columns, .ws_xpixel = 0, .ws_ypixel = 0};
  int terminal = -1;
  const pid_t child = forkpty(&terminal, nullptr, nullptr, &size);
  if (child == 0) {
    std::vector<std::string> words{ASSAY_PROGRAM};
    words.insert(words.end(), args.begin(), args.end());
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    setenv("TERM", "xterm", 1);
    execv(argv.front(), argv.data());
    _exit(127);
  }
  std::string shown;
  char buffer[4096];
  for (ssize_t count = 0; (count = read(terminal, buffer, sizeof buffer)) > 0;) {
    shown.append(buffer, static_cast<size_t>(count));
  }
  waitpid(child, nullptr, 0);
  close(terminal);
  return shown;
}

// The lines that were drawn, whether drawn over later or not.
std::vector<std::string> drawn_lines(std::string shown) {
  for (const char* mark : {"\r\033[K", "\033[1A\033[K", "\r\n"}) {
    for (size_t at = 0; (at = shown.find(mark, at)) != std::string::npos;) {
      shown.replace(at, std::string(mark).size(), "\n");
    }
  }
  std::istringstream stream(shown);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

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
  fails({"report", run, "--lang", "fr"}, "unknown language: fr");
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

TEST_CASE("a torn last line is told in the report") {
  const RunCopy copy;
  std::ofstream(copy.run() / "steps.jsonl", std::ios::app) << "{\"schema_ver";
  REQUIRE(run_assay({"report", copy.run().string()}).exit_code == 0);
  CHECK_THAT(text_of(copy.run() / "report.html"), Contains("torn last line of 12 bytes"));
}

TEST_CASE("report --follow shows a run that has ended and ends") {
  const RunCopy copy;
  const ProgramResult result =
      run_assay({"report", "--follow", copy.run().string(), "--progress", "plain"});
  INFO(result.out << result.err);
  REQUIRE(result.exit_code == 0);
  CHECK_THAT(result.out, Contains("process 2 of the run") && Contains("nats/token") &&
                             Contains("tokens/s") && Contains("device-h") &&
                             Contains("validation loss"));
  CHECK_THAT(result.out, !Contains("\033") && Catch::EndsWith("the run ended: finished\n"));
}

TEST_CASE("report --follow writes one JSON object a line on request") {
  const RunCopy copy;
  const ProgramResult result =
      run_assay({"report", "--follow", copy.run().string(), "--progress", "json"});
  REQUIRE(result.exit_code == 0);
  std::istringstream record(text_of(copy.run() / "steps.jsonl"));
  std::map<int64_t, double> losses;
  for (std::string line; std::getline(record, line);) {
    const json step = json::parse(line);
    if (step.contains("loss_nats")) losses[step.at("step")] = step.at("loss_nats");
  }
  std::istringstream lines(result.out);
  size_t num_steps = 0;
  size_t num_processes = 0;
  for (std::string line; std::getline(lines, line);) {
    const json object = json::parse(line);
    num_processes += object.at("kind") == "process" ? 1 : 0;
    if (object.at("kind") == "progress") {
      ++num_steps;
      CHECK(object.at("tokens_per_s").get<double>() > 0);
      CHECK(object.contains("mfu"));
      CHECK(object.at("loss_nats") == losses.at(object.at("step")));
    }
  }
  CHECK(num_steps > 0);
  CHECK(num_processes == 1);
}

TEST_CASE("report --follow without one run is a wrong command line") {
  CHECK(run_assay({"report", "--follow"}).exit_code == 2);
  CHECK(run_assay({"report", "--follow", "a", "b"}).exit_code == 2);
  CHECK(run_assay({"report", "--follow", "/nonexistent"}).exit_code == 3);
  CHECK(run_assay({"report", "--follow", "a", "--progress", "loud"}).exit_code == 2);
}

TEST_CASE("on a terminal a run is one or two lines that fit it, with money and the time left") {
  const RunCopy copy;
  for (const unsigned short columns : {30, 60, 80, 120, 200}) {
    const std::string shown = on_terminal({"report", "--follow", copy.run().string()}, columns);
    INFO(shown);
    CHECK_THAT(shown, !Contains("\033[3") && !Contains("\033[0"));  // no colours
    CHECK_THAT(shown, Contains("step 12/12") && Contains(" nats/token"));
    if (columns >= 60) {
      CHECK_THAT(shown, Contains(" left") && Contains(" USD") && Contains("0.004465 device-h"));
    }
    if (columns >= 80) CHECK_THAT(shown, Contains(" % (exact_causal)"));
    // What happens is told above the state, which stays.
    const std::string end = shown.substr(shown.rfind("validation loss"));
    CHECK_THAT(end, Contains("step 12/12") && Contains("the run ended: finished"));
    CHECK((shown.find("\033[1A") == std::string::npos) == (columns == 200));
    for (const std::string& line : drawn_lines(shown)) {
      const bool is_state = line.find("nats/token") != std::string::npos ||
                            line.find("device-h") != std::string::npos;
      if (is_state && line.find("validation") == std::string::npos) CHECK(line.size() < columns);
    }
  }
}
