#include "record/time_account.h"

#include <catch2/catch.hpp>
#include <random>

#include "record/run_record.h"
#include "record/run_writer.h"
#include "run_fixture.h"

namespace assay {
namespace {

using test::event;
using test::second_step;
using test::small_manifest;
using test::TemporaryFolder;

// From 100: startup 2 s, steps 1..4 of 1 s, a checkpoint of 0.5 s after step 2, an eval of 0.25 s
// after step 3. Killed after step 4 at 106.75 without a stop event, or stopped at 108.
void first_process(const std::filesystem::path& dir, bool stop) {
  const auto writer = RunWriter::create(dir, small_manifest(100));
  writer->consume(event("startup", 0, 102, 2));
  writer->consume(second_step(1, 103));
  writer->consume(second_step(2, 104));
  writer->consume(event("checkpoint", 2, 104.5, 0.5));
  writer->consume(second_step(3, 105.5));
  writer->consume(event("eval", 3, 105.75, 0.25));
  writer->consume(second_step(4, 106.75));
  if (stop) writer->consume(event("stop", 4, 108, -1));
}

double sum(const TimeAccount& account) {
  double total = 0;
  for (const Seconds state : account.states) total += state.value();
  return total;
}

TEST_CASE("the time of a run is accounted for to the last second") {
  TemporaryFolder folder;
  first_process(folder.path(), true);
  const TimeAccount account = account_time(read_run(folder.path()));
  CHECK(account.held.value() == 8.0);
  CHECK(sum(account) == account.held.value());
  CHECK(account[RunState::kStartup].value() == 2.0);
  CHECK(account[RunState::kProductive].value() == 4.0);
  CHECK(account[RunState::kCheckpoint].value() == 0.5);
  CHECK(account[RunState::kEval].value() == 0.25);
  CHECK(account[RunState::kLost].value() == 0.0);
  CHECK(account[RunState::kIdle].value() == 1.25);
  CHECK(account.goodput == 0.5);
  CHECK(account.stopped);
  CHECK(account.device_hours.value() == Approx(8.0 / 3600));
}

TEST_CASE("after a kill, steps behind the checkpoint and the way back are lost") {
  TemporaryFolder folder;
  first_process(folder.path(), false);
  {
    const auto writer = RunWriter::resume(folder.path(), small_manifest(200, 2));
    writer->consume(event("startup", 0, 203, 3));
    writer->consume(second_step(3, 204));
    writer->consume(event("stop", 3, 204, -1));
  }
  const TimeAccount account = account_time(read_run(folder.path()));
  CHECK(account.held.value() == 6.75 + 4.0);
  CHECK(sum(account) == account.held.value());
  CHECK(account[RunState::kProductive].value() == 3.0);
  CHECK(account[RunState::kLost].value() == 2.0 + 0.25 + 3.0);
  CHECK(account[RunState::kEval].value() == 0.0);
  CHECK(account[RunState::kStartup].value() == 2.0);
  CHECK(account.between_processes.value() == 200 - 106.75);
  CHECK(account.num_processes == 2);
}

TEST_CASE("the start after a clean stop is startup, not lost time") {
  TemporaryFolder folder;
  first_process(folder.path(), true);
  {
    const auto writer = RunWriter::resume(folder.path(), small_manifest(200, 4));
    writer->consume(event("startup", 0, 203, 3));
    writer->consume(second_step(5, 204));
    writer->consume(event("stop", 5, 204, -1));
  }
  const TimeAccount account = account_time(read_run(folder.path()));
  CHECK(account[RunState::kStartup].value() == 5.0);
  CHECK(account[RunState::kLost].value() == 0.0);
}

TEST_CASE("a run that wrote no stop shows the steps that a kill would lose") {
  TemporaryFolder folder;
  first_process(folder.path(), false);
  const TimeAccount account = account_time(read_run(folder.path()));
  CHECK_FALSE(account.stopped);
  CHECK(account.unsecured.value() == 2.0);
  CHECK(account[RunState::kProductive].value() == 4.0);
}

TEST_CASE("a process that never came to a step was starting up") {
  TemporaryFolder folder;
  {
    const auto writer = RunWriter::create(folder.path(), small_manifest(100));
    writer->consume(event("warning", 0, 104, -1));
  }
  const TimeAccount account = account_time(read_run(folder.path()));
  CHECK(account[RunState::kStartup].value() == 4.0);
  CHECK(account.held.value() == 4.0);
}

TEST_CASE("a run that held nothing has no goodput") {
  TemporaryFolder folder;
  RunWriter::create(folder.path(), small_manifest(100));
  CHECK_FALSE(account_time(read_run(folder.path())).goodput.has_value());
}

TEST_CASE("a host clock that was set back is told and the parts still sum to the time held") {
  TemporaryFolder folder;
  {
    const auto writer = RunWriter::create(folder.path(), small_manifest(100));
    for (int64_t i = 1; i <= 5; ++i) writer->consume(second_step(i, 50.0 + double(i)));
  }
  const TimeAccount account = account_time(read_run(folder.path()));
  CHECK(account.held.value() == 5.0);
  CHECK(sum(account) == 5.0);
  CHECK(account.warnings.size() == 1);
}

TEST_CASE("a clock that is set back between two steps is counted and takes no second away") {
  TemporaryFolder folder;
  {
    const auto writer = RunWriter::create(folder.path(), small_manifest(100));
    for (int64_t i = 1; i <= 3; ++i) writer->consume(second_step(i, 100.0 + double(i)));
    for (int64_t i = 4; i <= 6; ++i) writer->consume(second_step(i, 40.0 + double(i)));
  }
  for (const StepDetail detail : {StepDetail::kEvery, StepDetail::kTotals}) {
    const TimeAccount account = account_time(read_run(folder.path(), detail));
    CHECK(account[RunState::kProductive].value() == 6.0);
    CHECK(sum(account) == account.held.value());
    REQUIRE(account.warnings.size() >= 1);
    CHECK_THAT(account.warnings.front(),
               Catch::Contains("set back") && Catch::Contains("before them: 1)"));
  }
}

TEST_CASE("device-seconds count every device held") {
  TemporaryFolder folder;
  RunManifest manifest = small_manifest(100);
  manifest.devices.assign(8, manifest.devices.front());
  {
    const auto writer = RunWriter::create(folder.path(), manifest);
    writer->consume(second_step(1, 101));
    writer->consume(event("stop", 1, 1900, -1));
  }
  const TimeAccount account = account_time(read_run(folder.path()));
  CHECK(account.device_hours.value() == Approx(4.0));
  CHECK(account.device_states[1].value() == 8.0);
}

TEST_CASE("in random histories of kills and resumes the states sum to the time held") {
  std::mt19937 random(11);
  const auto draw = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  for (int round = 0; round < 40; ++round) {
    TemporaryFolder folder;
    double now = 1000;
    int64_t durable = 0;
    double expected_held = 0;
    for (int process = 0; process < 1 + draw(4); ++process) {
      const RunManifest manifest = small_manifest(now, durable);
      const auto writer = process == 0 ? RunWriter::create(folder.path(), manifest)
                                       : RunWriter::resume(folder.path(), manifest);
      const double start = now;
      if (draw(4) != 0) writer->consume(event("startup", 0, now += 1.5, 1.5));
      const int64_t last = durable + draw(6);
      for (int64_t step = durable + 1; step <= last; ++step) {
        writer->consume(second_step(step, now += 1.0 + 0.125 * draw(3)));
        if (draw(3) == 0) writer->consume(event("checkpoint", durable = step, now += 0.5, 0.5));
      }
      if (draw(2) == 0) writer->consume(event("stop", 0, now += 0.25, -1));
      expected_held += now - start;
      now += 10;
    }
    const TimeAccount account = account_time(read_run(folder.path()));
    REQUIRE(account.held.value() == Approx(expected_held).epsilon(1e-12));
    REQUIRE(sum(account) == account.held.value());
    for (const Seconds state : account.states) REQUIRE(state >= Seconds(0));
  }
}

}  // namespace
}  // namespace assay
