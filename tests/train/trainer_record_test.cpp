#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <numeric>
#include <string>
#include <vector>

#include "error/error.h"
#include "scratch_folder.h"
#include "toy_run.h"
#include "train/trainer.h"

// What a trainer tells its sink, when it saves, and where its time goes.
namespace {

using assay::RunState;
using assay::Trainer;
using assay::testing::ScratchFolder;
using assay::testing::ToyRun;

TEST_CASE("events come in order with their times") {
  const ScratchFolder scratch;
  Trainer::Options options = ToyRun::toy_options();
  options.train.steps = 10;
  options.train.eval_every = 4;
  options.checkpoint.every_steps = 5;
  ToyRun run(scratch.path(), options);
  run.run();
  CHECK(run.sink.kinds() ==
        std::vector<std::string>{"startup", "eval", "checkpoint", "eval", "checkpoint", "eval"});
  for (const auto& event : run.sink.events) CHECK(event.duration.has_value());
  CHECK(run.sink.events[1].value == 1.5);
  CHECK(run.sink.events[1].step == 4);
  CHECK(run.num_evaluations == 3);
}

TEST_CASE("checkpoints are written by time") {
  const ScratchFolder scratch;
  Trainer::Options options = ToyRun::toy_options();
  options.checkpoint.every_time = assay::Seconds(1e-9);
  options.checkpoint.keep_last = 3;
  options.train.steps = 5;
  ToyRun run(scratch.path(), options);
  run.run();
  CHECK(run.store.list().size() == 3);
  const auto kinds = run.sink.kinds();
  CHECK(std::count(kinds.begin(), kinds.end(), "checkpoint") == 5);
}

TEST_CASE("the time of a run is accounted for to the last state") {
  const ScratchFolder scratch;
  Trainer::Options options = ToyRun::toy_options();
  const double now =
      std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  options.process_start_unix_s = now - 2.0;
  ToyRun run(scratch.path(), options);
  run.run();
  const double end =
      std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  const assay::Seconds sum =
      std::accumulate(run.totals.seconds.begin(), run.totals.seconds.end(), assay::Seconds());
  CHECK(run.totals[RunState::kStartup].value() >= 2.0);
  CHECK(sum.value() == Approx(end - options.process_start_unix_s).margin(0.05));
}

TEST_CASE("records that cannot be written stop the run") {
  const ScratchFolder scratch;
  ToyRun run(scratch.path());
  assay::CheckpointStore store(scratch.path(), {});
  Trainer trainer({*run.model, *run.optimizer, run.batches, run.comm, run.profiler, at::kCPU, 4, 1},
                  ToyRun::toy_options(),
                  {.evaluate = [](int64_t) { return 0.0; },
                   .energy = [] { return std::optional<assay::Joules>(); },
                   .check = [] { throw assay::StorageError("[record] full"); }},
                  store, {}, run.tensors(), run.sink);
  CHECK_THROWS_AS(trainer.run({}), assay::StorageError);
  CHECK(run.sink.steps.size() == 1);
}

}  // namespace
