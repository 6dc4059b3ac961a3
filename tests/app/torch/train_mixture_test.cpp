// Mixtures of experts with the real program: what the record says of their routers.
#include <catch2/catch.hpp>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>

#include "program.h"
#include "small_run.h"

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::string bytes_in(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// SmallRun with a mixture of four experts in place of its model, a Mixtral unless `own` says so.
class MixtureRun : public SmallRun {
 public:
  explicit MixtureRun(const std::string& own = "family = \"mixtral\"\nd_head = 16\n") {
    std::string text = bytes_in(config());
    const size_t begin = text.find("[model]");
    text.replace(begin, text.find("[data]") - begin, "[model]\n" + own + R"(num_layers = 2
d_model = 32
num_heads = 2
num_kv_heads = 2
num_experts = 4
top_k = 2
d_expert = 16
vocab_size = 256
max_seq_len = 32

)");
    std::ofstream(config()) << text;
  }
  ProgramResult run(const std::string& out, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> args{"--set", "train.steps=10", "--set", "sample.tokens=0"};
    args.insert(args.end(), more.begin(), more.end());
    return run_assay(train(out, args));
  }
  json first_step(const std::string& out) const {
    std::ifstream stream(folder() / out / "steps.jsonl");
    std::string line;
    std::getline(stream, line);
    return json::parse(line);
  }
  json manifest(const std::string& out) const {
    return json::parse(bytes_in(folder() / out / "manifest.json"));
  }
  /// Takes a key out of the model that a checkpoint says it is of.
  void forget(const std::string& out, const std::string& line) const {
    const fs::path path = folder() / out / "checkpoints" / "step-10" / "state.json";
    json state = json::parse(bytes_in(path));
    auto toml = state.at("model_toml").get<std::string>();
    REQUIRE(toml.find(line) != std::string::npos);
    state["model_toml"] = toml.erase(toml.find(line), line.size());
    std::ofstream(path) << state.dump(2) << "\n";
  }
};

}  // namespace

TEST_CASE("a mixture's routers are on the record, and nothing is dropped by default") {
  const MixtureRun run;
  REQUIRE(run.run("a").exit_code == 0);
  CHECK(run.manifest("a").at("routing") == "learned");
  CHECK(run.manifest("a").at("expert_capacity_factor").is_null());
  const json routers = run.first_step("a").at("router");
  REQUIRE(routers.size() == 2);
  CHECK(routers.at(0).at("layer") == 0);
  CHECK(routers.at(1).at("layer") == 1);
  for (const json& router : routers) {
    CHECK(router.at("dropped") == 0);
    CHECK(router.at("score_entropy_nats").get<double>() == Approx(std::log(4.0)).margin(0.1));
    CHECK(router.at("load_entropy_nats").get<double>() <= std::log(4.0) + 1e-9);
    CHECK(router.at("bias").empty());
  }
}

TEST_CASE("a router is on the record by its layer's number where the first layer is dense") {
  const MixtureRun run(
      "family = \"glm4_moe\"\nd_head = 16\nd_ff = 32\nnum_dense_layers = 1\n"
      "num_shared_experts = 1\n");
  const ProgramResult done = run.run("a");
  INFO(done.err);
  REQUIRE(done.exit_code == 0);
  const json routers = run.first_step("a").at("router");
  REQUIRE(routers.size() == 1);
  CHECK(routers.at(0).at("layer") == 1);
  REQUIRE(run_assay({"report", (run.folder() / "a").string(), "--format", "md"}).exit_code == 0);
  CHECK_THAT(bytes_in(run.folder() / "a" / "report.md"),
             Catch::Contains("Busiest expert over the mean, layer 1"));
}

TEST_CASE("a capacity factor drops choices, and record and report say so") {
  const MixtureRun run;
  REQUIRE(run.run("a", {"--set", "model.dispatch.capacity_factor=0.5"}).exit_code == 0);
  CHECK(run.manifest("a").at("expert_capacity_factor") == 0.5);
  // 4 x 32 tokens x 2 choices over 4 experts: 64 a head, of which 32 are taken.
  for (const json& router : run.first_step("a").at("router")) {
    CHECK(router.at("dropped").get<int>() >= 4 * 32);
  }
  const ProgramResult report =
      run_assay({"report", (run.folder() / "a").string(), "--format", "md"});
  INFO(report.err);
  REQUIRE(report.exit_code == 0);
  const std::string text = bytes_in(run.folder() / "a" / "report.md");
  CHECK_THAT(text, Catch::Contains("capacity factor 0.5") && Catch::Contains("Choices dropped"));
}

TEST_CASE("forced balance gives an even load and is marked in manifest and report") {
  const MixtureRun run;
  REQUIRE(run.run("a", {"--set", "model.dispatch.forced_balance=true"}).exit_code == 0);
  CHECK(run.manifest("a").at("routing") == "forced_balance");
  const json step = run.first_step("a");
  CHECK(step.at("tokens_per_expert") == json{{64, 64, 64, 64}, {64, 64, 64, 64}});
  CHECK(step.at("router").at(0).at("max_violation") == 0.0);
  REQUIRE(run_assay({"report", (run.folder() / "a").string(), "--format", "md"}).exit_code == 0);
  CHECK_THAT(bytes_in(run.folder() / "a" / "report.md"),
             Catch::Contains("forced balance") && Catch::Contains("no evidence about training"));
  const ProgramResult exported =
      run_assay({"export", "--hf", (run.folder() / "a").string(), (run.folder() / "out").string()});
  CHECK(exported.exit_code == 2);
  CHECK_THAT(exported.err, Catch::Contains("no Hugging Face form"));
}

TEST_CASE("a checkpoint from before a key is taken at the default, which is said, or refused") {
  const std::string family = GENERATE("mixtral", "qwen3_moe", "gpt_oss", "olmoe");
  INFO(family);
  std::string own = "family = \"" + family + "\"\n";
  if (family != "olmoe") own += "d_head = 16\n";
  if (family == "gpt_oss") own += "window = 16\n";
  const MixtureRun run(own);
  REQUIRE(run.run("a").exit_code == 0);
  run.forget("a", "hf_compat = false\n");
  const ProgramResult other = run.run(
      "a", {"--set", "train.steps=12", "--set", "model.hf_compat=true", "--resume", "auto"});
  CHECK(other.exit_code == 3);
  CHECK_THAT(other.err, Catch::Contains("another model") &&
                            Catch::Contains("hf_compat = false, hf_compat = true"));
  const ProgramResult same = run.run("a", {"--set", "train.steps=12", "--resume", "auto"});
  INFO(same.err);
  CHECK(same.exit_code == 0);
  CHECK_THAT(same.err, Catch::Contains("was written before [model] had hf_compat"));
  CHECK_THAT(same.out, Catch::Contains("resumed after step 10"));
}
