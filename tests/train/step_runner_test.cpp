#include "train/step_runner.h"

#include <catch2/catch.hpp>

#include <algorithm>

#include "../profile/phase_times.h"
#include "../profile/scripted_timer.h"
#include "same_run.h"
#include "scratch_folder.h"

namespace {

using namespace assay;
using testing::check_equal;
using testing::phase_time;
using testing::RecordedRun;
using testing::ScratchFolder;
using testing::ScriptedTimer;
using testing::sum_of_phases;

TEST_CASE("no step is recorded where the device records none or nobody wants it") {
  const ScratchFolder scratch;
  RecordedRun run(scratch.path(), testing::dense_toml(),
                  RecordedRun::options_with(StepGraphs::kAuto));
  SECTION("off") {
    StepRunner runner(run.parts(), StepGraphs::kOff);
    for (int64_t step = 1; step <= 5; ++step) runner.run(step, 1e-3);
    CHECK(runner.launches().eager == 5);
    CHECK(runner.launches().fallback.empty());
  }
  SECTION("a CPU") {
    SteadyTimer timer;
    StepProfiler profiler(timer);
    const StepParts parts = run.parts();
    StepRunner runner({.model = parts.model,
                       .optimizer = parts.optimizer,
                       .batches = parts.batches,
                       .comm = parts.comm,
                       .profiler = profiler,
                       .device = at::kCPU,
                       .micro_batch = 2,
                       .grad_accum = 3},
                      StepGraphs::kAuto);
    CHECK_FALSE(runner.records());
    for (int64_t step = 1; step <= 5; ++step) runner.run(step, 1e-3);
    CHECK(runner.launches().eager == 5);
    CHECK(runner.launches().fallback.empty());
  }
  CHECK(run.timer.num_recordings == 0);
}

TEST_CASE("batches of another shape end the launches, and the step is done all the same") {
  const ScratchFolder a;
  const ScratchFolder b;
  RecordedRun expected(a.path(), testing::dense_toml(),
                       RecordedRun::options_with(StepGraphs::kAuto));
  RecordedRun recorded(b.path(), testing::dense_toml(),
                       RecordedRun::options_with(StepGraphs::kAuto));
  StepRunner plain(expected.parts(), StepGraphs::kOff);
  StepRunner graphs(recorded.parts(), StepGraphs::kAuto);
  const auto step_both = [&](int64_t step) {
    const double loss = plain.run(step, 1e-3).read({}, 0).loss;
    CHECK(graphs.run(step, 1e-3).read({}, 0).loss == loss);
  };
  for (int64_t step = 1; step <= 4; ++step) step_both(step);
  CHECK(graphs.launches().replayed == 2);
  for (RecordedRun* run : {&expected, &recorded}) {
    std::vector<uint32_t> tokens(100, 5);
    run->batches = data::BatchStream(data::TokenDataset::from_tokens(std::move(tokens), 64),
                                     {.seed = 1, .batch_size = 6, .seq_len = 9});
  }
  for (int64_t step = 5; step <= 7; ++step) step_both(step);
  CHECK(graphs.launches().replayed == 2);
  CHECK(graphs.launches().eager == 5);
  CHECK_FALSE(graphs.records());
  CHECK(graphs.launches().fallback ==
        "[train] the batches have other shapes than those of the recorded step");
  check_equal(recorded.tensors().model, expected.tensors().model);
}

TEST_CASE("the host does not run away from a device that is late") {
  const ScratchFolder scratch;
  RecordedRun run(scratch.path(), testing::dense_toml(), [] {
    Trainer::Options options = RecordedRun::options_with(StepGraphs::kAuto);
    options.train.eval_every = 0;
    options.checkpoint.every_steps = 0;
    return options;
  }());
  run.timer.late = true;
  int64_t furthest = 0;
  run.after_step = [&] {
    furthest = std::max(furthest, run.num_begun - static_cast<int64_t>(run.sink.steps.size()));
  };
  run.run();
  CHECK(furthest == 4);
  CHECK(run.sink.steps.size() == 12);
}

TEST_CASE("the phases of a launched step are those of its graph at that launch") {
  std::vector<double> times(100);
  for (size_t i = 0; i < times.size(); ++i) times[i] = 0.5 * static_cast<double>(i);
  ScriptedTimer timer(times);
  StepProfiler profiler(timer);
  const ScratchFolder scratch;
  RecordedRun run(scratch.path(), testing::dense_toml(),
                  RecordedRun::options_with(StepGraphs::kAuto));
  const StepParts own = run.parts();
  StepRunner runner({.model = own.model,
                     .optimizer = own.optimizer,
                     .batches = own.batches,
                     .comm = own.comm,
                     .profiler = profiler,
                     .device = at::kCPU,
                     .micro_batch = 2,
                     .grad_accum = 2},
                    StepGraphs::kAuto);
  for (int64_t step = 1; step <= 5; ++step) runner.run(step, 1e-3);
  CHECK(timer.num_launches() == 3);
  CHECK(runner.launches().recorded == 1);
  profiler.finish();
  for (int64_t step = 1; step <= 5; ++step) {
    INFO("step " << step);
    const StepProfile profile = profiler.take_finished().value();
    CHECK_FALSE(profile.unphased);
    CHECK(phase_time(profile, Phase::kData) == Approx(0.5));
    // A graph begins in its first phase and enters it: one place more.
    CHECK(phase_time(profile, Phase::kForward) == Approx(step > 2 ? 1.5 : 1.0));
    CHECK(phase_time(profile, Phase::kBackward) == Approx(1.0));
    CHECK(phase_time(profile, Phase::kComm) == Approx(0.5));
    CHECK(phase_time(profile, Phase::kOptimizer) == Approx(0.5));
    CHECK(phase_time(profile, Phase::kOther) == Approx(1.0));
    CHECK(sum_of_phases(profile) == profile.wall.value());
  }
}

}  // namespace
