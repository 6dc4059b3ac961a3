// Going on with another optimizer than the checkpoint's.
#include <algorithm>
#include <catch2/catch.hpp>

#include "program.h"
#include "small_run.h"

namespace {

void check_optimizer_refused(const ProgramResult& result, const std::string& moments = "bf16") {
  INFO(result.err);
  CHECK(result.exit_code == 3);
  CHECK_THAT(result.err,
             Catch::StartsWith("assay: [checkpoint]") &&
                 Catch::Contains("optimizer.moments: fp32 (this run: " + moments + ")"));
  CHECK(std::count(result.err.begin(), result.err.end(), '\n') == 1);
}

TEST_CASE("a checkpoint of another optimizer is refused by the key of its config") {
  const SmallRun run;
  REQUIRE(run_assay(run.train("a")).exit_code == 0);
  const std::string checkpoint = (run.folder() / "a" / "checkpoints" / "step-30").string();
  check_optimizer_refused(run_assay({"train", "--config", run.config().string(), "--set",
                                     "optimizer.moments=bf16", "--resume", checkpoint}));
  check_optimizer_refused(run_assay(run.train(
      "a", {"--set", "optimizer.moments=bf16", "--set", "train.steps=50", "--resume", "auto"})));
  check_optimizer_refused(
      run_assay(run.train("a", {"--set", "optimizer.moments=8bit", "--resume", checkpoint})),
      "8bit");
}

}  // namespace
