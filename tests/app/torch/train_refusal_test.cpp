// What `assay train` refuses before it makes a folder, and where it prints.
#include <sys/wait.h>

#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "program.h"
#include "small_run.h"

namespace {

namespace fs = std::filesystem;

void check_no_run(const SmallRun& run, const std::vector<std::string>& more, int exit_code,
                  const std::string& fact) {
  const ProgramResult result = run_assay(run.train("new", more));
  INFO(result.out << result.err);
  CHECK(result.exit_code == exit_code);
  CHECK_THAT(result.err, Catch::Contains(fact));
  CHECK_FALSE(fs::exists(run.folder() / "new"));
}

TEST_CASE("a new run from a checkpoint that has all its steps is refused and says how to go on") {
  const SmallRun run;
  REQUIRE(run_assay(run.train("a")).exit_code == 0);
  const std::string finished = (run.folder() / "a").string();
  check_no_run(run, {"--resume", finished}, 2, "nothing is left to do");
  check_no_run(run, {"--resume", finished, "--set", "train.steps=30"}, 2,
               "--set train.steps=N, N above 40");
  const ProgramResult inside = run_assay(run.train("a/checkpoints"));
  CHECK(inside.exit_code == 3);
  CHECK_THAT(inside.err, Catch::Contains("a run's folder cannot hold another run"));
  CHECK_FALSE(fs::exists(finished + "/checkpoints/manifest.json"));
  const ProgramResult more = run_assay(
      run.train("new", {"--resume", finished + "/checkpoints", "--set", "train.steps=50"}));
  INFO(more.err);
  CHECK(more.exit_code == 0);
  CHECK(run.steps("new").begin()->first == 41);
}

TEST_CASE("a run without a checkpoint names what begins it again") {
  const SmallRun run;
  fs::create_directories(run.folder() / "a" / "checkpoints");
  const std::string empty = (run.folder() / "a").string();
  check_no_run(run, {"--resume", empty}, 3, "the run has none: " + empty + " (assay train --out ");
  check_no_run(run, {"--resume", empty + "/checkpoints"}, 3, "neither a run nor a checkpoint");
}

TEST_CASE("a trace that cannot be written leaves no run") {
  const SmallRun run;
  const std::string missing = (run.folder() / "missing" / "trace.json").string();
  check_no_run(run, {"--trace", missing}, 6, missing);
  check_no_run(run, {"--set", "profile.kineto=" + missing}, 6, missing);
}

TEST_CASE("standard output is no place for a run or its trace") {
  const SmallRun run;
  check_no_run(run, {"--trace", "-"}, 2, "--trace cannot be standard output");
  check_no_run(run, {"--set", "profile.kineto=-"}, 2, "profile.kineto cannot be standard output");
  const ProgramResult result =
      run_assay({"train", "--config", run.config().string(), "--out", "-"});
  CHECK(result.exit_code == 2);
  CHECK_THAT(result.err, Catch::Contains("--out cannot be standard output"));
  CHECK_FALSE(fs::exists("-"));
}

TEST_CASE("an empty name is a script's unset variable and no choice") {
  const SmallRun run;
  check_no_run(run, {"--resume", ""}, 2, "--resume names no file or folder");
  check_no_run(run, {"--trace", ""}, 2, "--trace names no file or folder");
  CHECK(run_assay({"train", "--config", run.config().string(), "--out", ""}).exit_code == 2);
}

TEST_CASE("more threads than any machine has are refused before they are started") {
  check_no_run(SmallRun(), {"--set", "train.threads=99999"}, 2, "threads are at most 1024: 99999");
}

TEST_CASE("closed standard streams do not put what is printed into the record") {
  const SmallRun run;
  std::string command = "exec 0<&- 1>&- 2>&-; exec " ASSAY_PROGRAM;
  for (const std::string& arg : run.train("a")) command += " '" + arg + "'";
  const int status = std::system(command.c_str());
  CHECK(WEXITSTATUS(status) == 6);  // standard output cannot be written
  CHECK(run.steps("a").size() == 40);
  CHECK(run.events("a").back().at("message") == "finished");
}

}  // namespace
