// Runs of the real program on tokens that are not bytes.
#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <nlohmann/json.hpp>

#include "program.h"
#include "small_run.h"

TEST_CASE("a run on sentencepiece ends with a sample though its prompt has no token of its own") {
  const SmallRun run;
  {
    std::ofstream text(run.text());
    for (int i = 0; i < 400; ++i) text << "the dog number " << i * i << " runs to the house\n";
  }
  const std::string model = (run.folder() / "small.model").string();
  REQUIRE(
      run_assay({"tokenizer", "train", run.text().string(), "--vocab-size", "300", "--out", model})
          .exit_code == 0);
  const ProgramResult result = run_assay(
      run.train("a", {"--set", "data.tokenizer=" + model, "--set", "model.vocab_size=300", "--set",
                      "train.steps=8", "--set", "sample.tokens=5", "--set", "sample.prompt=\n"}));
  CAPTURE(result.err);
  CHECK(result.exit_code == 0);
  const std::vector<nlohmann::json> events = run.events("a");
  CHECK(std::ranges::any_of(events, [](const auto& event) { return event["event"] == "sample"; }));
}
