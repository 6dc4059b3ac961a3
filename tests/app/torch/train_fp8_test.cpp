// Training in fp8 with the real program: its record, its checkpoints and what is refused.
#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "program.h"
#include "small_run.h"

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

ProgramResult train_fp8(const SmallRun& run, const std::string& out,
                        std::vector<std::string> more = {}) {
  more.insert(more.begin(), {"--set", "train.precision=fp8", "--set", "sample.tokens=4"});
  return run_assay(run.train(out, std::move(more)));
}

json manifest_of(const SmallRun& run, const std::string& out) {
  std::ifstream stream(run.folder() / out / "manifest.json");
  return json::parse(stream);
}

void check_fp8_refused(const ProgramResult& result, int exit_code, const std::string& fact) {
  INFO(result.err);
  CHECK(result.exit_code == exit_code);
  CHECK_THAT(result.err, Catch::Contains(fact) && Catch::StartsWith("assay: ["));
  CHECK(std::count(result.err.begin(), result.err.end(), '\n') == 1);
}

}  // namespace

TEST_CASE("a run in fp8 learns and says which layers were in fp8") {
  const SmallRun run;
  const ProgramResult result = train_fp8(run, "a", {"--set", "train.keep_bf16=h_0.c_attn"});
  INFO(result.err);
  REQUIRE(result.exit_code == 0);
  const json manifest = manifest_of(run, "a");
  CHECK(manifest.at("precision") == "fp8");
  CHECK(manifest.at("fp8_layers") ==
        json({"h_*.c_proj", "h_*.mlp_c_fc", "h_*.mlp_c_proj", "h_1.c_attn"}));
  CHECK(manifest.at("bf16_layers") == json({"h_0.c_attn"}));
  CHECK(manifest.at("devices").at(0).at("ceiling_dtype") == "bf16");
  const auto steps = run.steps("a");
  REQUIRE(steps.size() == 40);
  const double first = steps.at(1).at("loss_nats");
  const double last = steps.at(40).at("loss_nats");
  CHECK(last < 0.9 * first);
  REQUIRE(run_assay(run.train("b", {"--set", "train.precision=bf16"})).exit_code == 0);
  CHECK_FALSE(manifest_of(run, "b").contains("fp8_layers"));
  const double in_bf16 = run.steps("b").at(40).at("loss_nats");
  CHECK(last == Approx(in_bf16).epsilon(0.05));
  CHECK(last != in_bf16);
}

TEST_CASE("a run in fp8 that was stopped goes on as the run it was") {
  const SmallRun run;
  REQUIRE(train_fp8(run, "whole").exit_code == 0);
  REQUIRE(train_fp8(run, "part", {"--set", "train.steps=20", "--set", "schedule.decay_steps=0"})
              .exit_code == 0);
  const fs::path half = run.folder() / "whole" / "checkpoints" / "step-30";
  REQUIRE(train_fp8(run, "again", {"--resume", half.string()}).exit_code == 0);
  const auto whole = run.steps("whole");
  const auto again = run.steps("again");
  REQUIRE(again.size() == 10);
  for (const auto& [step, line] : again) CHECK(line == whole.at(step));
  check_fp8_refused(
      run_assay(run.train("other", {"--resume", half.string(), "--set", "train.precision=bf16"})),
      3, "of another precision");
}

TEST_CASE("weights trained in fp8 are generated from, evaluated and exported in bf16") {
  const SmallRun run;
  REQUIRE(train_fp8(run, "a").exit_code == 0);
  const std::string folder = (run.folder() / "a").string();
  const ProgramResult text =
      run_assay({"generate", folder, "--prompt", "a", "--max-tokens", "4", "--device", "cpu"});
  INFO(text.err);
  CHECK(text.exit_code == 0);
  const std::string exported = (run.folder() / "hf").string();
  CHECK(run_assay({"export", "--hf", folder, exported}).exit_code == 0);
  CHECK(fs::exists(fs::path(exported) / "config.json"));
  check_fp8_refused(run_assay({"generate", folder, "--dtype", "fp8", "--device", "cpu"}), 2,
                    "fp8 is for training only");
}

TEST_CASE("what cannot train in fp8 is refused in one line, by the dry run too") {
  const SmallRun run;
  check_fp8_refused(train_fp8(run, "a", {"--set", "model.d_ff=72"}), 2,
                    "h_0.mlp_c_fc is 72 x 32 (train.keep_bf16 = \"mlp_c_fc,mlp_c_proj\"");
  check_fp8_refused(train_fp8(run, "a", {"--dry-run", "--set", "model.d_ff=72"}), 2,
                    "multiples of 16");
  check_fp8_refused(train_fp8(run, "a", {"--set", "train.keep_bf16=attention"}), 2,
                    "names no layer that could be in fp8: \"attention\"");
  check_fp8_refused(run_assay(run.train("a", {"--set", "train.keep_bf16=h_0"})), 2,
                    "train.keep_bf16 wants train.precision");
  check_fp8_refused(
      run_assay({"probe", "--model", "gpt-2-124m", "--device", "cpu", "--dtype", "fp8"}), 2,
      "bf16 or fp32");
  CHECK_FALSE(fs::exists(run.folder() / "a"));
}
