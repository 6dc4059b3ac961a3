// `assay eval` with the real program.
#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "program.h"
#include "trained_run.h"

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

ProgramResult evaluated(std::vector<std::string> more) {
  std::vector<std::string> args{"eval", trained_run().model(), "--device", "cpu", "--threads", "1"};
  args.insert(args.end(), more.begin(), more.end());
  return run_assay(args);
}

/// The figures of the first model, by name.
std::map<std::string, json> figures(std::vector<std::string> more) {
  more.emplace_back("--json");
  const ProgramResult done = evaluated(std::move(more));
  INFO(done.err);
  REQUIRE(done.exit_code == 0);
  std::map<std::string, json> named;
  const json said = json::parse(done.out);
  for (const json& one : said["models"][0]["figures"]) named[one["figure"]] = one;
  return named;
}

void check_eval_refused(const ProgramResult& result, int exit_code, const std::string& fact) {
  INFO(result.err);
  CHECK(result.exit_code == exit_code);
  CHECK_THAT(result.err, Catch::Contains(fact) && Catch::StartsWith("assay: ["));
  CHECK(std::count(result.err.begin(), result.err.end(), '\n') == 1);
}

std::string lines(const std::string& name, const std::string& text) {
  const fs::path path = trained_run().file(name);
  std::ofstream(path, std::ios::binary) << text;
  return path.string();
}

}  // namespace

TEST_CASE("loss, perplexity and bits per byte of a text are one figure in three units") {
  const std::string text = trained_run().run().text().string();
  auto said = figures({"--text", text, "--max-tokens", "400"});
  const double loss = said["nats_per_token"]["value"];
  CHECK(said["perplexity"]["value"].get<double>() == Approx(std::exp(loss)));
  // One token a byte.
  CHECK(said["bits_per_byte"]["value"].get<double>() == Approx(loss / std::log(2.0)));
  CHECK(loss < std::log(256.0));
  CHECK(said["nats_per_token"]["low_90"].get<double>() < loss);
  CHECK(said["nats_per_token"]["high_90"].get<double>() > loss);
  // More text before each token makes it easier, or the model no worse by much.
  auto overlapping = figures({"--text", text, "--max-tokens", "400", "--stride", "8"});
  CHECK(overlapping["nats_per_token"]["value"].get<double>() < loss + 0.02);
  CHECK(overlapping["nats_per_token"]["num_units"] > said["nats_per_token"]["num_units"]);
  const ProgramResult asked = evaluated({"--text", text, "--max-tokens", "40", "--json"});
  CHECK(json::parse(asked.out)["models"][0]["seq_len"] == 32);
  CHECK(json::parse(asked.out)["models"][0]["stride"] == 32);
}

TEST_CASE("the run's validation shard gives the loss that training told") {
  const fs::path shard = trained_run().run().folder() / "data" / "text-text" / "validation.tok";
  REQUIRE(exists(shard));
  const double loss = figures({"--shard", shard.string()})["nats_per_token"]["value"];
  double told = -1;
  for (const json& event : trained_run().run().events("a")) {
    if (event["event"] == "eval") told = event["value"];
  }
  CHECK(loss == Approx(told).epsilon(1e-5));
}

TEST_CASE("questions are answered by likelihood and by generation") {
  const std::string choices =
      lines("choices.jsonl",
            R"({"context": "ab", "choices": ["~~~~~~~~", "e"], "answer": 1, "id": "q1"}

{"context": "the", "choices": ["~", "~~~~~~"], "answer": 0}
)");
  auto said = figures({"--choices", choices});
  CHECK(said["accuracy"]["value"] == 1.0);
  CHECK(said["accuracy"]["count"] == 2);
  CHECK(said.contains("accuracy_by_byte"));

  const ProgramResult greedy =
      run_assay({"generate", trained_run().model(), "--device", "cpu", "--threads", "1", "--prompt",
                 "the", "--temperature", "0", "--max-tokens", "4", "--json"});
  REQUIRE(greedy.exit_code == 0);
  const std::string answer = json::parse(greedy.out)["completions"][0]["text"];
  const json right{
      {"prompt", "the"}, {"answers", {"no", answer}}, {"max_tokens", 4}, {"stop", json::array()}};
  const json wrong{{"prompt", "the"}, {"answers", {"\x01\x02"}}, {"max_tokens", 4}};
  auto exact =
      figures({"--exact", lines("exact.jsonl", right.dump() + "\n" + wrong.dump() + "\n")});
  CHECK(exact["exact_match"]["value"] == 0.5);
}

TEST_CASE("questions are answered batch by batch, and the last batch may be small") {
  std::string five;
  for (int i = 0; i < 5; ++i) {
    five += json{{"prompt", std::string(static_cast<size_t>(1 + i), 'a')},
                 {"answers", {"\x01"}},
                 {"max_tokens", 2}}
                .dump() +
            "\n";
  }
  const std::string file = lines("five.jsonl", five);
  for (const char* most : {"2", "5", "0"}) {
    INFO(most);
    CHECK(figures({"--exact", file, "--max-batch", most})["exact_match"]["count"] == 5);
  }
}

TEST_CASE("several models stand in one table") {
  const std::string step = trained_run().run().checkpoints("a").at(0);
  const std::string first = trained_run().model() + "/checkpoints/" + step;
  std::vector<std::string> args{"eval",
                                first,
                                trained_run().model(),
                                "--device",
                                "cpu",
                                "--text",
                                trained_run().run().text().string(),
                                "--max-tokens",
                                "200"};
  const ProgramResult done = run_assay(args);
  INFO(done.err);
  REQUIRE(done.exit_code == 0);
  CHECK_THAT(done.out,
             Catch::Contains(step) && Catch::Contains("bits_per_byte") && Catch::Contains("90 %"));
  CHECK(std::count(done.out.begin(), done.out.end(), '\n') == 1 + 2 * 3);
}

TEST_CASE("the intervals depend on the seed alone") {
  const std::string text = trained_run().run().text().string();
  const std::vector<std::string> args{"--text", text, "--max-tokens", "300", "--seed", "5"};
  CHECK(figures(args) == figures(args));
  std::vector<std::string> other = args;
  other.back() = "6";
  CHECK(figures(args)["nats_per_token"]["low_90"] != figures(other)["nats_per_token"]["low_90"]);
  std::vector<std::string> none = args;
  none.insert(none.end(), {"--resamples", "0"});
  CHECK(figures(none)["nats_per_token"]["low_90"].is_null());
}

TEST_CASE("what eval cannot do is one line and the documented exit code") {
  const std::string text = trained_run().run().text().string();
  check_eval_refused(evaluated({}), 2, "name what to evaluate on");
  check_eval_refused(run_assay({"eval", "--text", text}), 2, "name a model");
  check_eval_refused(evaluated({"--text", "/nowhere/text"}), 3, "cannot be read");
  check_eval_refused(evaluated({"--text", "/"}), 3, "cannot be read: /");
  check_eval_refused(evaluated({"--text", lines("one.txt", "a")}), 3, "nothing to predict");
  check_eval_refused(evaluated({"--text", lines("bad8.txt", "abc\xC0")}), 3,
                     "is not UTF-8: byte 4 of 4");
  check_eval_refused(evaluated({"--text", text, "--seq-len", "64"}), 2, "64 > 32");
  check_eval_refused(evaluated({"--text", text, "--stride", "33"}), 2, "stride");
  check_eval_refused(evaluated({"--text", text, "--stride", "0"}), 2,
                     "--stride is a number of tokens above zero: 0");
  check_eval_refused(evaluated({"--text", text, "--seq-len", "-4"}), 2,
                     "--seq-len is a number of tokens above zero: -4");
  check_eval_refused(evaluated({"--text", text, "--price", "2.0 USD/gpu_h"}), 2,
                     "unrecognised option '--price'");
  check_eval_refused(evaluated({"--choices", lines("c1.jsonl", "\n{oops\n")}), 3,
                     "c1.jsonl:2: the line is no JSON object");
  check_eval_refused(
      evaluated(
          {"--choices", lines("c2.jsonl", R"({"context": "a", "choices": ["b"], "answer": 0})")}),
      3, "c2.jsonl:1: \"choices\"");
  check_eval_refused(
      evaluated({"--choices",
                 lines("c3.jsonl", R"({"context": "a", "choices": ["b","c"], "answer": 2})")}),
      3, "c3.jsonl:1: \"answer\" must be the number of a choice, 0 to 1");
  check_eval_refused(
      evaluated({"--choices",
                 lines("c4.jsonl", R"({"context": "a", "choises": ["b","c"], "answer": 0})")}),
      3, "c4.jsonl:1: unknown key \"choises\"");
  check_eval_refused(
      evaluated({"--choices", lines("c5.jsonl", R"({"context": ")" + std::string(32, 'x') +
                                                    R"(", "choices": ["b","c"], "answer": 0})")}),
      3, "longer than the model's context: 33 > 32");
  check_eval_refused(evaluated({"--exact", lines("e1.jsonl", "\n")}), 3, "no items");
  // The fault stands behind a question that could be answered: nothing is, and no model is loaded.
  const std::string late = lines("c6.jsonl", R"({"context": "a", "choices": ["b","c"], "answer": 0}
{"context": "a", "choices": ["b","c"]}
)");
  check_eval_refused(run_assay({"eval", "/nowhere/model", "--choices", late}), 3,
                     "c6.jsonl:2: \"answer\"");
  check_eval_refused(evaluated({"--exact", "/nowhere/e"}), 3, "no such file");
}
