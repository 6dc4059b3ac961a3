// The memory of `assay train`: predicted, refused, run out of, recorded.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "child_program.h"
#include "program.h"
#include "small_run.h"

namespace {

namespace fs = std::filesystem;

ProgramResult train_small(const SmallRun& run, const std::string& out,
                          std::vector<std::string> more = {}) {
  return run_assay(run.train(out, std::move(more)));
}

TEST_CASE("no memory is exit 4 with the settings that help") {
  const SmallRun run;
  ChildProgram::Limits limits;
  limits.address_space_bytes = uint64_t{12} << 30;  // LibTorch's libraries alone map several GiB
  ChildProgram child(run.train("a", {"--no-memory-check", "--set", "train.micro_batch=400000"}),
                     run.folder() / "log", limits);
  const int exit_code = child.wait();
  INFO(child.log());
  CHECK(exit_code == 4);
  CHECK_THAT(child.log(), Catch::Contains("out of memory") && Catch::Contains("predicted") &&
                              Catch::Contains("of 12.00 GiB") &&
                              Catch::Contains("--set train.micro_batch="));
  CHECK(run.events("a").back().at("event") == "stop");
}

TEST_CASE("a run that will not fit is refused before its first step, with what would help") {
  const SmallRun run;
  const ProgramResult refused = train_small(run, "a", {"--set", "train.micro_batch=40000000"});
  INFO(refused.err);
  CHECK(refused.exit_code == 4);
  CHECK_THAT(refused.err, Catch::StartsWith("memory:      predicted peak ") &&
                              Catch::Contains("\n  --set train.recompute=full: ") &&
                              Catch::Contains("\nassay: [device] the run will not fit on cpu") &&
                              Catch::Contains("the largest micro-batch that fits is ") &&
                              Catch::Contains("(fits)") && Catch::Contains("--no-memory-check"));
  CHECK_FALSE(fs::exists(run.folder() / "a"));
}

TEST_CASE("the record holds the measured peak of memory beside the predicted one") {
  const SmallRun run;
  const ProgramResult result = train_small(run, "a", {});
  INFO(result.out << result.err);
  REQUIRE(result.exit_code == 0);
  std::map<std::string, double> told;
  for (const auto& event : run.events("a")) {
    if (event.at("value").is_number()) told[event.at("event")] = event.at("value");
  }
  std::ifstream stream(run.folder() / "a" / "manifest.json");
  const double predicted = nlohmann::json::parse(stream).at("predicted_peak_bytes");
  CHECK(told.at("tensor_memory") > 0.5 * predicted);
  CHECK(told.at("tensor_memory") < 2 * predicted);  // a toy: buffers of kilobytes beside it
  CHECK(told.at("resident_memory") > told.at("tensor_memory"));
  CHECK_THAT(result.out, Catch::Contains("of tensors, predicted"));
}

}  // namespace
