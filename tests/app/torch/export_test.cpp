// `assay export` and `assay train` from a folder of weights, with the real program.
#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "program.h"
#include "small_run.h"

namespace {

namespace fs = std::filesystem;

void check_says(const ProgramResult& result, int exit_code, const std::string& fact) {
  INFO(result.err);
  CHECK(result.exit_code == exit_code);
  CHECK_THAT(result.err, Catch::Contains(fact) && Catch::StartsWith("assay: ["));
  CHECK(std::count(result.err.begin(), result.err.end(), '\n') == 1);
}

std::string bytes_of(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// A run config that takes its model from a folder.
fs::path config_from(const SmallRun& run, const fs::path& folder) {
  std::string text = bytes_of(run.config());
  const size_t begin = text.find("family");
  text.replace(begin, text.find("[data]") - begin, "from = \"" + folder.string() + "\"\n\n");
  const fs::path path = run.folder() / "from.toml";
  std::ofstream(path) << text;
  return path;
}

std::vector<std::string> train_from(const SmallRun& run, const std::string& out) {
  return {"train",
          "--config",
          (run.folder() / "from.toml").string(),
          "--out",
          (run.folder() / out).string(),
          "--set",
          "train.steps=1",
          "--set",
          "schedule.warmup_steps=0",
          "--set",
          "schedule.lr=1e-30",
          "--set",
          "schedule.min_lr=0",
          "--set",
          "sample.tokens=0"};
}

}  // namespace

TEST_CASE("a run's weights are exported, trained from and exported again the same") {
  const SmallRun run;
  REQUIRE(run_assay(run.train("a", {"--set", "sample.tokens=0"})).exit_code == 0);
  const fs::path first = run.folder() / "first";
  const ProgramResult done = run_assay({"export", "--hf", (run.folder() / "a").string(), first});
  INFO(done.err);
  REQUIRE(done.exit_code == 0);
  CHECK_THAT(done.out, Catch::Contains("step-40"));
  CHECK(exists(first / "config.json"));

  config_from(run, first);
  const ProgramResult again = run_assay(train_from(run, "b"));
  INFO(again.err);
  REQUIRE(again.exit_code == 0);
  const fs::path checkpoint = run.folder() / "b" / "checkpoints" / "step-1";
  const fs::path second = run.folder() / "second";
  REQUIRE(run_assay({"export", "--hf", checkpoint.string(), second}).exit_code == 0);
  CHECK(bytes_of(second / "model.safetensors") == bytes_of(first / "model.safetensors"));
  CHECK(bytes_of(second / "config.json") == bytes_of(first / "config.json"));
  CHECK(bytes_of(run.folder() / "a" / "checkpoints" / "step-40" / "model.safetensors") !=
        bytes_of(run.folder() / "a" / "checkpoints" / "step-30" / "model.safetensors"));

  const fs::path shards = run.folder() / "shards";
  REQUIRE(run_assay({"export", "--hf", (run.folder() / "a").string(), shards, "--dtype", "bf16",
                     "--max-shard-size", "20KB"})
              .exit_code == 0);
  CHECK(exists(shards / "model.safetensors.index.json"));

  check_says(run_assay({"export", "--hf", (run.folder() / "a").string(), first}), 3,
             "exists already");
}

TEST_CASE("an export keeps the token numbers and generation_config.json that the run began from") {
  const SmallRun run;
  REQUIRE(run_assay(run.train("a", {"--set", "sample.tokens=0"})).exit_code == 0);
  const fs::path first = run.folder() / "first";
  REQUIRE(run_assay({"export", "--hf", (run.folder() / "a").string(), first}).exit_code == 0);
  std::string config = bytes_of(first / "config.json");
  for (const auto& [before, after] :
       {std::pair{"\"bos_token_id\": null", "\"bos_token_id\": 1"},
        {"\"eos_token_id\": null", "\"eos_token_id\": [\n    2,\n    3\n  ]"},
        {"\"pad_token_id\": null", "\"pad_token_id\": 0"}}) {
    REQUIRE(config.find(before) != std::string::npos);
    config.replace(config.find(before), std::string(before).size(), after);
  }
  std::ofstream(first / "config.json") << config;
  const std::string generation = "{\"eos_token_id\": [2, 3], \"temperature\": 0.6}\n";
  std::ofstream(first / "generation_config.json") << generation;

  config_from(run, first);
  REQUIRE(run_assay(train_from(run, "b")).exit_code == 0);
  const std::string from = (run.folder() / "b").string();
  const fs::path second = run.folder() / "second";
  const ProgramResult done = run_assay({"export", "--hf", from, second});
  INFO(done.err);
  REQUIRE(done.exit_code == 0);
  CHECK(done.err.empty());
  CHECK(bytes_of(second / "config.json") == config);
  CHECK(bytes_of(second / "generation_config.json") == generation);

  std::ofstream(first / "generation_config.json") << "[1]";
  check_says(run_assay({"export", "--hf", from, run.folder() / "third"}), 3,
             (first / "generation_config.json").string() + ": not a JSON object");
  check_says(run_assay(train_from(run, "c")), 3, "generation_config.json: not a JSON object");
  CHECK_FALSE(fs::exists(run.folder() / "c"));
  fs::remove(first / "generation_config.json");
  std::ofstream(first / "config.json") << "{\"eos_token_id\": \"</s>\"}";
  check_says(run_assay({"export", "--hf", from, run.folder() / "third"}), 3,
             "eos_token_id is no number of a token: \"</s>\"");
  fs::remove_all(first);
  const ProgramResult without = run_assay({"export", "--hf", from, run.folder() / "third"});
  CHECK(without.exit_code == 0);
  CHECK_THAT(without.err, Catch::Contains("has no config.json") && Catch::Contains(first.string()));
  CHECK_THAT(bytes_of(run.folder() / "third" / "config.json"),
             Catch::Contains("\"eos_token_id\": null"));
}

TEST_CASE(
    "weights that overflow in the precision are refused, and a loss that does is not shown as 0") {
  const SmallRun run;
  REQUIRE(run_assay(run.train("a", {"--set", "sample.tokens=0"})).exit_code == 0);
  const fs::path folder = run.folder() / "first";
  REQUIRE(run_assay({"export", "--hf", (run.folder() / "a").string(), folder}).exit_code == 0);
  // The last row of the embedding, as large as fp32 has it: its logits are infinite.
  std::vector<float> row(32, std::numeric_limits<float>::max());
  std::transform(row.begin(), row.begin() + 16, row.begin(), std::negate<>());
  std::fstream file(folder / "model.safetensors", std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(-static_cast<std::streamoff>(row.size() * sizeof(float)), std::ios::end);
  file.write(reinterpret_cast<const char*>(row.data()),
             static_cast<std::streamsize>(row.size() * sizeof(float)));
  file.close();
  config_from(run, folder);
  auto narrow = train_from(run, "b");
  narrow.insert(narrow.end(), {"--set", "train.precision=bf16"});
  check_says(run_assay(narrow), 3,
             "[models] weights are too large for BFloat16: " + folder.string() +
                 ": transformer.wte.weight in 32 numbers");
  const ProgramResult wide = run_assay(train_from(run, "c"));
  CHECK_THAT(wide.err, Catch::Contains("loss not finite") && !Catch::Contains("loss 0.000"));
}

TEST_CASE("what export cannot do is one line") {
  const SmallRun run;
  const std::string out = (run.folder() / "out").string();
  check_says(run_assay({"export", "--hf", "/nowhere", out}), 3, "no such folder: /nowhere");
  check_says(run_assay({"export", "--hf", run.folder().string(), out}), 3, "state.json");
  check_says(run_assay({"export", run.folder().string(), out}), 2, "assay export --hf");
  check_says(run_assay({"export", "--hf", run.folder().string()}), 2, "assay export --hf");
  check_says(run_assay({"export", "--hf", run.folder().string(), out, "--max-shard-size", "5 USD"}),
             2, "--max-shard-size");
  check_says(run_assay({"export", "--hf", run.folder().string(), out, "--max-shard-size", "5gb"}),
             2, "one of the units B, KB, MB, GB, TB (powers of 1000), KiB");
  CHECK_FALSE(fs::exists(out));
}

TEST_CASE("weights that cannot be trained from are one line") {
  const SmallRun run;
  const fs::path golden = ASSAY_SOURCE_DIR "/tests/golden/models/gpt2";
  config_from(run, "/nowhere");
  check_says(run_assay(train_from(run, "a")), 3, "/nowhere/config.json");
  config_from(run, golden);
  check_says(run_assay(train_from(run, "a")), 3,
             "another vocabulary than the model: bytes-v1 has 256 tokens, " + golden.string());

  const fs::path copy = run.folder() / "copy";
  fs::create_directory(copy);
  std::string text = bytes_of(golden / "config.json");
  text.replace(text.find("\"vocab_size\": 96"), 16, "\"vocab_size\": 300");
  std::ofstream(copy / "config.json") << text;
  config_from(run, copy);
  check_says(run_assay(train_from(run, "a")), 3, "no model.safetensors");

  const std::string near = text;
  text.replace(text.find("\"vocab_size\": 300"), 17, "\"vocab_size\": 5000");
  std::ofstream(copy / "config.json") << text;
  check_says(run_assay(train_from(run, "a")), 3, "another vocabulary than the model");
  check_says(run_assay(train_from(run, "a")), 3, "data.any_tokenizer = true trains on another");
  std::vector<std::string> knowing = train_from(run, "a");
  knowing.insert(knowing.end(), {"--set", "data.any_tokenizer=true"});
  check_says(run_assay(knowing), 3, "no model.safetensors");

  std::ofstream(copy / "tokenizer.json") << "{}";
  const std::string own = "of their own, " + (copy / "tokenizer.json").string();
  CHECK_THAT(run_assay(train_from(run, "a")).err, !Catch::Contains(own));  // refused before
  std::ofstream(copy / "config.json") << near;
  fs::copy(golden / "model.safetensors", copy);
  check_says(run_assay(train_from(run, "a")), 3,
             "transformer.wte.weight is [96, 32], the config says [300, 32]");
  std::vector<std::string> dry = train_from(run, "a");
  dry.emplace_back("--dry-run");
  CHECK_THAT(run_assay(dry).err, Catch::Contains(own));
  dry.insert(dry.end(), {"--set", "data.any_tokenizer=true"});
  CHECK_THAT(run_assay(dry).err, !Catch::Contains(own));
  auto too_long = train_from(run, "a");
  too_long.insert(too_long.end(), {"--set", "train.seq_len=64"});
  check_says(run_assay(too_long), 2, "longer than the model can see: 64 > 32");
}
