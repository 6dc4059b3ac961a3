#include "record/run_follower.h"

#include <catch2/catch.hpp>

#include <fstream>

#include "error/error.h"
#include "record/record_json.h"
#include "record/run_writer.h"
#include "run_fixture.h"

namespace assay {
namespace {

std::vector<int64_t> steps_of(const std::vector<RunItem>& items) {
  std::vector<int64_t> steps;
  for (const RunItem& item : items) {
    if (const auto* step = std::get_if<StepRecord>(&item)) steps.push_back(step->step);
  }
  return steps;
}

TEST_CASE("a follower gives each line once, as it comes, over a resume") {
  const test::TemporaryFolder folder;
  const auto dir = folder.path() / "run";
  {
    const auto writer = RunWriter::create(dir, test::small_manifest(100));
    RunFollower follower(dir);
    CHECK(follower.poll().size() == 1);  // run_start
    writer->consume(test::second_step(1, 101));
    writer->consume(test::second_step(2, 102));
    CHECK(steps_of(follower.poll()) == std::vector<int64_t>{1, 2});
    CHECK(follower.poll().empty());
  }
  RunFollower late(dir);
  CHECK(steps_of(late.poll()) == std::vector<int64_t>{1, 2});
  const auto writer = RunWriter::resume(dir, test::small_manifest(200, 1));
  writer->consume(test::second_step(2, 201));
  CHECK(steps_of(late.poll()) == std::vector<int64_t>{2});
  CHECK(late.num_attempts() == 2);
  CHECK(late.manifest().resumed_at_step == 1);
}

TEST_CASE("a line that is not whole yet is left for later, a broken one is an error") {
  const test::TemporaryFolder folder;
  const auto dir = folder.path() / "run";
  { const auto writer = RunWriter::create(dir, test::small_manifest(100)); }
  const std::string line = to_json_line(test::second_step(1, 101));
  std::ofstream file(dir / "steps.jsonl", std::ios::app);
  file << line.substr(0, 20) << std::flush;
  RunFollower follower(dir);
  CHECK(steps_of(follower.poll()).empty());
  file << line.substr(20) << "\n" << std::flush;
  CHECK(steps_of(follower.poll()) == std::vector<int64_t>{1});
  file << "{broken\n" << std::flush;
  CHECK_THROWS_WITH(follower.poll(), Catch::Contains("steps.jsonl:2"));
}

TEST_CASE("what is no run cannot be followed") {
  const test::TemporaryFolder folder;
  CHECK_THROWS_AS(RunFollower(folder.path()), DataError);
}

}  // namespace
}  // namespace assay
