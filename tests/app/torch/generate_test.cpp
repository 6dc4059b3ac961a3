// `assay generate` with the real program.
#include <catch2/catch.hpp>
#include <fstream>

#include "generate_program.h"
#include "trained_run.h"

namespace fs = std::filesystem;
using nlohmann::json;

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
  // Graphs are CUDA's: on a CPU each step is done operator by operator, with and without them.
  const json steps{{"eager", 11}, {"replayed", 0}, {"recordings", 0}, {"fallback", nullptr}};
  CHECK(again["decode_steps"] == steps);
  const json plain = generated(
      {"--prompt", "the ", "--max-tokens", "12", "--seed", "3", "--top-k", "9", "--no-graphs"});
  CHECK(plain["decode_steps"] == steps);
  CHECK(plain["completions"][0] == again["completions"][0]);
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

TEST_CASE("a file of lines has many prompts") {
  const fs::path file =
      written("prompts.jsonl", "{\"prompt\": \"ab\"}\n\n{\"id\": 7, \"prompt\": \"c\\nd\"}\n");
  const std::vector<std::string> greedy{"--temperature", "0", "--max-tokens", "6"};
  std::vector<std::string> by_file{"--prompt-lines", file.string()};
  std::vector<std::string> by_option{"--prompt", "ab", "--prompt", "c\nd"};
  by_file.insert(by_file.end(), greedy.begin(), greedy.end());
  by_option.insert(by_option.end(), greedy.begin(), greedy.end());
  const json completions = generated(by_file)["completions"];
  CHECK(completions.size() == 2);
  CHECK(completions == generated(by_option)["completions"]);
}

TEST_CASE("a fault in a file of prompts names its line") {
  const auto refused = [](const std::string& bytes, const std::string& fact) {
    check_refused(generate({"--prompt-lines", written("bad.jsonl", bytes).string()}), 3, fact);
  };
  refused("{\"prompt\": \"a\"}\n[\"b\"]\n", "bad.jsonl:2: the line is no JSON object");
  refused("{\"prompt\": \"a\", \"max_tokens\": 3}\n", "bad.jsonl:1: unknown key \"max_tokens\"");
  refused("{\"prompt\": \"\"}\n", "\"prompt\" must be a text that is not empty");
  refused("{\"prompt\": \"a\xFF\"}\n", "bad.jsonl:1: the line is no JSON object");
  refused(std::string("{\"prompt\": \"a\"}\0{}\n", 19), "bad.jsonl:1: the line is no JSON object");
  refused(R"({"prompt": "a", "prompt": "b"})", "bad.jsonl:1: the line repeats key \"prompt\"");
  refused("\n", "bad.jsonl: no items");
  check_refused(generate({"--prompt-lines", "/"}), 3, "a folder, not a file: /");
  check_refused(generate({"--prompt-lines", "/nowhere/p"}), 3, "no such file: /nowhere/p");
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

TEST_CASE("each sample says why it ended") {
  // 32 tokens of context: 31 after a prompt of one.
  const ProgramResult full =
      generate({"--prompt", "a", "--temperature", "0", "--max-tokens", "100000"});
  INFO(full.err);
  REQUIRE(full.exit_code == 0);
  CHECK_THAT(full.err,
             Catch::Contains("stopped:    context full (32 tokens, the prompt among them)\n"));
  const ProgramResult several = generate({"--prompt", "a", "--prompt", std::string(30, 'b'),
                                          "--temperature", "0", "--max-tokens", "5"});
  REQUIRE(several.exit_code == 0);
  CHECK_THAT(several.out,
             Catch::Contains("--- prompt 1 sample 1 (stopped: max-tokens reached)\n") &&
                 Catch::Contains("--- prompt 2 sample 1 (stopped: context full)\n"));
  CHECK_THAT(several.err,
             Catch::Contains("stopped:    1 x max-tokens reached, 1 x context full (32 tokens"));
  const json by_token = generated(
      {"--prompt", "a", "--temperature", "0", "--max-tokens", "100000", "--samples", "1"});
  CHECK(by_token["completions"][0]["finish"] == "context");
}

TEST_CASE("a batch holds no more samples than --max-batch, and samples stay what they are") {
  const std::vector<std::string> many{"--prompt",  "a", "--prompt",     "the",
                                      "--samples", "5", "--max-tokens", "6"};
  std::vector<std::string> in_batches = many;
  in_batches.insert(in_batches.end(), {"--max-batch", "2"});
  const json together = generated(many);
  const json dealt = generated(in_batches);
  CHECK(dealt["completions"] == together["completions"]);
  CHECK(together["metering"]["num_batches"] == 1);
  CHECK(dealt["metering"]["num_batches"] == 6);
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
  check_refused(generate({"--prompt", "a", "--temperature", "nan"}), 2, "temperature nan");
  check_refused(generate({"--prompt", "a", "--temperature", "inf"}), 2, "temperature inf");
  check_refused(generate({"--prompt", "a", "--min-p", "nan"}), 2, "min_p nan");
  // Nothing is made for a request that is refused.
  const fs::path none = trained_run().file("none");
  check_refused(generate({"--prompt", std::string(32, 'x'), "--record", none.string()}), 2,
                "no room in the model's context");
  CHECK_FALSE(exists(none));
  check_refused(generate({"--prompt", "a", "--max-tokens", "0"}), 2, "must be positive");
  check_refused(generate({"--prompt", "a", "--stop-token", "256"}), 2,
                "--stop-token is no token of the model: 256, vocabulary 256");
  check_refused(generate({"--prompt", "a", "--stop-token", "-1"}), 2, "no token of the model: -1");
  check_refused(generate({"--prompt-tokens", "1,x"}), 2, "a list of token numbers");
  check_refused(generate({"--prompt-tokens", "1,256"}), 3, "no such token: 256, vocabulary 256");
  check_refused(generate({"--prompt", "a", "--prompt-tokens", "1"}), 2, "one of --prompt");
  check_refused(generate({"--prompt", "a", "--tokenizer", "morse"}), 3, "no tokenizer: morse");
  check_refused(generate({"--prompt", "a", "--dtype", "fp8"}), 2, "--dtype is one of fp32, bf16");
  check_refused(run_assay({"generate", trained_run().model(), "--prompt", "a", "--threads", "-1"}),
                2, "--threads is from 0 (as many as the process may use) to 1024: -1");
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
