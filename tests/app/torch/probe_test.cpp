// `assay probe` with the real program, and its record in an audit.
#include <unistd.h>
#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "program.h"

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// A file of this process that goes with the test.
class ProbeFile {
 public:
  explicit ProbeFile(const std::string& name)
      : path_(fs::temp_directory_path() / (std::to_string(getpid()) + name)) {}
  ~ProbeFile() { fs::remove(path_); }
  ProbeFile(const ProbeFile&) = delete;
  ProbeFile& operator=(const ProbeFile&) = delete;
  [[nodiscard]] std::string name() const { return path_.string(); }

 private:
  fs::path path_;
};

/// A probe on one thread of the CPU, at a width at which it takes a second.
ProgramResult probe(const std::string& model, std::vector<std::string> more) {
  std::vector<std::string> args{"probe", "--model",         model, "--device", "cpu", "--threads",
                                "1",     "--repeats",       "2",   "--warmup", "1",   "--seq-len",
                                "64",    "--width-divisor", "64"};
  args.insert(args.end(), more.begin(), more.end());
  return run_assay(args);
}

void check_probe_refused(const ProgramResult& result, int exit_code, const std::string& fact) {
  INFO(result.err);
  CHECK(result.exit_code == exit_code);
  CHECK_THAT(result.err, Catch::Contains(fact) && Catch::StartsWith("assay: ["));
  CHECK(std::count(result.err.begin(), result.err.end(), '\n') == 1);
}

TEST_CASE("a published model's layers are timed at reduced width, which no audit takes") {
  const ProbeFile file("-v3.json");
  const ProgramResult done = probe("deepseek-v3", {"--out", file.name(), "--json"});
  INFO(done.err);
  REQUIRE(done.exit_code == 0);
  CHECK(done.err.find("needs ") != std::string::npos);  // said before it starts
  const json said = json::parse(done.out);
  CHECK(said["layout"]["expert"] == 64);
  CHECK(said["layout"]["source"].get<std::string>().find("deepseek-v3-h800") != std::string::npos);
  CHECK(said["experts_held"] == 4);
  CHECK(said["width_divisor"] == 64);
  CHECK(said["layers"].size() == 11);
  std::ifstream stream(file.name());
  CHECK(json::parse(stream) == said);

  const ProgramResult audit =
      run_assay({"audit", "dsv3-total-2788k", "--json", "--probe", file.name()});
  INFO(audit.err);
  REQUIRE(audit.exit_code == 0);
  const json claim = json::parse(audit.out)["claims"][0];
  CHECK(claim["verdict"] == "reproduced");
  const auto& checks = claim["checks"];
  const auto found = std::find_if(checks.begin(), checks.end(), [](const json& check) {
    return check["rule"] == "layer_probe" || check["name"] == "layer_probe";
  });
  REQUIRE(found != checks.end());
  CHECK((*found)["result"] == "n/a");
  CHECK((*found)["computed"].is_null());
}

TEST_CASE("dense models and mixtures are probed, with text for people") {
  for (const char* model : {"llama-3.1-8b", "olmoe-1b-7b", "gpt-oss-20b", "gpt-2-124m"}) {
    INFO(model);
    const ProgramResult done = probe(model, {});
    INFO(done.err);
    REQUIRE(done.exit_code == 0);
    CHECK(done.out.find("attention") != std::string::npos);
    CHECK(done.out.find("one token") != std::string::npos);
    CHECK(done.out.find("no evidence") != std::string::npos);
    CHECK(done.out.find("left out        optimizer") != std::string::npos);
  }
}

TEST_CASE("a dry run says what is needed and times nothing") {
  const ProgramResult done = run_assay({"probe", "--model", "deepseek-v3", "--device", "cpu",
                                        "--width-divisor", "16", "--dry-run", "--json"});
  INFO(done.err);
  REQUIRE(done.exit_code == 0);
  const json plan = json::parse(done.out);
  CHECK(plan["kind"] == "probe_plan");
  CHECK(plan["seq_len"] == 4096);
  CHECK(plan["needed_bytes"] > 0);
  CHECK(plan["slices"].size() == 2);
}

TEST_CASE("a layout can be given, with what its steps and links are") {
  const ProgramResult done =
      probe("mixtral-8x7b", {"--layout", "ep=8,pp=2,dp=8", "--batch-tokens", "1e6", "--network",
                             "50 GB/s", "--routing", "router", "--json"});
  INFO(done.err);
  REQUIRE(done.exit_code == 0);
  const json said = json::parse(done.out);
  CHECK(said["experts_held"] == 1);
  CHECK(said["routing"] == "router");
  CHECK(said["layout"]["batch_tokens"] == 1e6);
  const std::string lines = said["lines"].dump();
  CHECK(lines.find("optimizer") != std::string::npos);
  CHECK(lines.find("pipeline bubble") != std::string::npos);
  CHECK(lines.find("communication of gradients") != std::string::npos);
  // The CPU's links are not in the registry, and eight experts' devices are in a node.
  CHECK(said["missing"].dump().find("communication of experts") != std::string::npos);
}

TEST_CASE("what cannot be probed is one clear line") {
  check_probe_refused(run_assay({"probe"}), 2, "name a model");
  check_probe_refused(probe("deepseek-v9", {}), 3, "nearest known");
  check_probe_refused(probe("gpt-3-175b", {}), 2, "accounting only");
  check_probe_refused(probe("gpt-4", {}), 3, "not published");
  check_probe_refused(probe("mixtral-8x7b", {"--layout", "ep=3"}), 2, "ep does not divide");
  check_probe_refused(probe("mixtral-8x7b", {"--layout", "ep=2,ep=2"}), 2, "--layout is like");
  check_probe_refused(probe("mixtral-8x7b", {"--layout", "xp=2"}), 2, "--layout is like");
  check_probe_refused(probe("mixtral-8x7b", {"--layout", ""}), 2, "--layout is like");
  check_probe_refused(probe("mixtral-8x7b", {"--network", "50"}), 2, "--network is a rate");
  check_probe_refused(probe("mixtral-8x7b", {"--batch-tokens", "-1"}), 2, "above zero");
  check_probe_refused(probe("mixtral-8x7b", {"--dtype", "fp8"}), 2, "--dtype");
  check_probe_refused(probe("mixtral-8x7b", {"--routing", "lucky"}), 2, "--routing");
  check_probe_refused(
      run_assay({"probe", "--model", "gpt-2-124m", "--device", "cpu", "--repeats", "1"}), 2,
      "--repeats");
  check_probe_refused(
      run_assay({"probe", "--model", "gpt-2-124m", "--device", "cpu", "--seq-len", "4096"}), 2,
      "beyond the model's context");
  check_probe_refused(run_assay({"probe", "--hf", "/nonexistent/config.json", "--device", "cpu"}),
                      3, "/nonexistent");
}

TEST_CASE("a broken probe record is refused by the audit, and names its file") {
  const ProbeFile file("-broken.json");
  std::ofstream(file.name()) << "{\"schema_version\": 1, \"kind\": \"probe\"";
  check_probe_refused(run_assay({"audit", "dsv3-mfu", "--probe", file.name()}), 3,
                      "not valid JSON");
  std::ofstream(file.name()) << "{\"schema_version\": 7, \"kind\": \"probe\"}";
  check_probe_refused(run_assay({"audit", "dsv3-mfu", "--probe", file.name()}), 3,
                      "unknown schema_version 7");
}

}  // namespace
