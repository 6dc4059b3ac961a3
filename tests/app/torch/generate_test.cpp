// `assay generate` with the real program.
#include <catch2/catch.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "program.h"
#include "trained_run.h"

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::vector<std::string> generate_args(std::vector<std::string> more) {
  std::vector<std::string> args{"generate", trained_run().model(), "--device",
                                "cpu",      "--threads",           "1"};
  args.insert(args.end(), more.begin(), more.end());
  return args;
}

ProgramResult generate(std::vector<std::string> more) {
  return run_assay(generate_args(std::move(more)));
}

json generated(std::vector<std::string> more) {
  more.emplace_back("--json");
  const ProgramResult done = generate(std::move(more));
  INFO(done.err);
  REQUIRE(done.exit_code == 0);
  return json::parse(done.out);
}

void check_refused(const ProgramResult& result, int exit_code, const std::string& fact) {
  INFO(result.err);
  CHECK(result.exit_code == exit_code);
  CHECK_THAT(result.err, Catch::Contains(fact) && Catch::StartsWith("assay: ["));
  CHECK(std::count(result.err.begin(), result.err.end(), '\n') == 1);
}

fs::path written(const std::string& name, const std::string& bytes) {
  const fs::path path = trained_run().file(name);
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

/// Readings of a source of 50 W, every 20 ms of a minute.
std::string ticking_energy() {
  json line = json::parse(
      R"({"schema_version":1,"kind":"energy","attempt":0,"node":"0","source":"rapl","device_uuid":"package-0","power_w":null,"provenance":"measured"})");
  std::string all;
  for (int i = 0; i < 3000; ++i) {
    line["time_unix_s"] = 1 + 0.02 * i;
    line["energy_j"] = 1.0 * i;
    all += line.dump() + '\n';
  }
  return all;
}

}  // namespace

TEST_CASE("a run goes on from a prompt, and the same seed gives the same text") {
  const ProgramResult first =
      generate({"--prompt", "the ", "--max-tokens", "12", "--seed", "3", "--top-k", "9"});
  INFO(first.err);
  REQUIRE(first.exit_code == 0);
  CHECK_THAT(first.err, Catch::Contains("decode:") && Catch::Contains("tokens/s") &&
                            Catch::Contains("no price was named"));
  const json again = generated({"--prompt", "the ", "--max-tokens", "12", "--seed", "3", "--top-k",
                                "9", "--prompt", "other"});
  CHECK(again["completions"][0]["text"].get<std::string>() + "\n" == first.out);
  CHECK(again["completions"][0]["tokens"].size() == 12);
  CHECK(again["completions"][0]["finish"] == "length");
}

TEST_CASE("samples of a prompt differ and come with log-probabilities") {
  const json said =
      generated({"--prompt", "a", "--samples", "3", "--max-tokens", "8", "--logprobs", "--top-k",
                 "50", "--top-p", "0.95", "--min-p", "0.001", "--repetition-penalty", "1.1"});
  REQUIRE(said["completions"].size() == 3);
  CHECK(said["completions"][0]["tokens"] != said["completions"][1]["tokens"]);
  REQUIRE(said["completions"][2]["logprobs"].size() == 8);
  for (const json& logprob : said["completions"][2]["logprobs"]) CHECK(logprob.get<double>() < 0);
  CHECK(said["metering"]["prefill"]["tokens"] == 1);
  CHECK(said["metering"]["decode"]["tokens"] == 21);
}

TEST_CASE("prompts come from a file and as tokens") {
  const fs::path file = written("prompt.txt", "ab\n");
  const json by_file =
      generated({"--prompt-file", file.string(), "--temperature", "0", "--max-tokens", "6"});
  const json by_tokens =
      generated({"--prompt-tokens", "97,98,10", "--temperature", "0", "--max-tokens", "6"});
  CHECK(by_file["completions"] == by_tokens["completions"]);
}

TEST_CASE("a stop text ends the text; one longer than the output changes nothing") {
  const std::vector<std::string> greedy{"--prompt", "the",          "--temperature",
                                        "0",        "--max-tokens", "10"};
  const std::string whole = generated(greedy)["completions"][0]["text"];
  std::vector<std::string> stopped = greedy;
  stopped.insert(stopped.end(), {"--stop", whole.substr(3, 2)});
  const json cut = generated(stopped)["completions"][0];
  CHECK(cut["text"] == whole.substr(0, whole.find(whole.substr(3, 2))));
  CHECK(cut["finish"] == "stop_text");
  std::vector<std::string> longer = greedy;
  longer.insert(longer.end(), {"--stop", std::string(200, 'z')});
  CHECK(generated(longer)["completions"][0]["text"] == whole);
}

TEST_CASE("a folder of Hugging Face weights goes on as the run that it came from") {
  const fs::path folder = trained_run().file("hf");
  REQUIRE(run_assay({"export", "--hf", trained_run().model(), folder.string()}).exit_code == 0);
  const std::vector<std::string> rest{
      "--prompt-tokens", "116,104", "--temperature", "0", "--max-tokens", "20", "--json",
      "--device",        "cpu",     "--threads",     "1"};
  std::vector<std::string> args{"generate", folder.string()};
  args.insert(args.end(), rest.begin(), rest.end());
  const ProgramResult done = run_assay(args);
  INFO(done.err);
  REQUIRE(done.exit_code == 0);
  const json run =
      generated({"--prompt-tokens", "116,104", "--temperature", "0", "--max-tokens", "20"});
  CHECK(json::parse(done.out)["completions"][0]["tokens"] == run["completions"][0]["tokens"]);
  check_refused(run_assay({"generate", folder.string(), "--device", "cpu", "--prompt", "a"}), 2,
                "no tokenizer is known");
}

TEST_CASE("a record of generation is a run that report shows with its price") {
  const fs::path record = trained_run().file("inference");
  const fs::path energy = written("energy.jsonl", ticking_energy());
  const json said =
      generated({"--prompt", "the", "--max-tokens", "25", "--record", record.string(), "--price",
                 "0.10 USD/gpu_h", "--set", "energy.replay_file=" + energy.string()});
  const json& metering = said["metering"];
  CHECK(metering["price_per_million_generated_tokens_held"]["amount"].get<double>() >
        metering["decode"]["price_per_million_tokens_always_busy"]["amount"].get<double>());
  CHECK(metering["busy_share_of_time_held"].get<double>() < 1);
  CHECK(metering["energy_per_generated_token_j"].get<double>() > 0);
  CHECK(exists(record / "inference.jsonl"));

  const ProgramResult report = run_assay(
      {"report", record.string(), "--format", "json", "--out", (record / "r.json").string()});
  INFO(report.err);
  REQUIRE(report.exit_code == 0);
  std::ifstream stream(record / "r.json");
  const json sections = json::parse(stream)["runs"][0]["sections"];
  CHECK(sections["inference"]["inference.generated_tokens"]["value"] == 25);
  CHECK(sections["inference"]["inference.price.decode"]["value"].get<double>() > 0);
  CHECK(sections["time"]["state.productive"]["value"].get<double>() > 0);

  check_refused(generate({"--prompt", "a", "--record", record.string()}), 2, "already holds a run");
}

TEST_CASE("what generate cannot do is one line and the documented exit code") {
  check_refused(generate({"--prompt", ""}), 2, "the prompt is empty");
  check_refused(generate({"--prompt", "a\xFF"}), 2, "the prompt is not UTF-8: byte 2 of 2");
  check_refused(generate({"--prompt-file", written("bad.txt", "ab\xE2\x82").string()}), 3,
                "is not UTF-8: byte 3 of 4");
  check_refused(generate({"--prompt-file", "/nowhere/prompt"}), 3, "cannot be read");
  check_refused(generate({"--prompt-file", "/"}), 3, "cannot be read: /");
  check_refused(generate({"--prompt", std::string(32, 'x')}), 2,
                "no room in the model's context: 32 tokens, context 32");
  check_refused(generate({"--prompt", "a", "--temperature", "0", "--samples", "2"}), 2,
                "temperature 0");
  check_refused(generate({"--prompt", "a", "--top-p", "0"}), 2, "out of range");
  check_refused(generate({"--prompt", "a", "--max-tokens", "0"}), 2, "must be positive");
  check_refused(generate({"--prompt-tokens", "1,x"}), 2, "a list of token numbers");
  check_refused(generate({"--prompt-tokens", "1,256"}), 3, "no such token: 256, vocabulary 256");
  check_refused(generate({"--prompt", "a", "--prompt-tokens", "1"}), 2, "one of --prompt");
  check_refused(generate({"--prompt", "a", "--tokenizer", "morse"}), 3, "no tokenizer: morse");
  check_refused(generate({"--prompt", "a", "--dtype", "fp8"}), 2, "--dtype is one of fp32, bf16");
  check_refused(run_assay({"generate", "--prompt", "a"}), 2, "name a model");
  check_refused(run_assay({"generate", "/nowhere", "--prompt", "a"}), 3,
                "no such folder: /nowhere");
  check_refused(run_assay({"generate", trained_run().run().folder().string(), "--device", "cpu",
                           "--prompt", "a"}),
                3, "state.json");
  const std::string other = ASSAY_SOURCE_DIR "/tests/golden/models/gpt2";
  check_refused(
      run_assay({"generate", other, "--device", "cpu", "--tokenizer", "bytes", "--prompt", "a"}), 3,
      "of another vocabulary than the model");
}

TEST_CASE("a checkpoint with a flipped bit is refused") {
  const fs::path copy = trained_run().file("flipped");
  fs::copy(fs::path(trained_run().model()) / "checkpoints" / "step-40", copy);
  {
    std::fstream file(copy / "model.safetensors", std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(-3, std::ios::end);
    file.put('\x5A');
  }
  check_refused(run_assay({"generate", copy.string(), "--device", "cpu", "--prompt", "a"}), 3,
                "model.safetensors");
}
