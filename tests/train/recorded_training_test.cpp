#include <catch2/catch.hpp>

#include <algorithm>
#include <limits>

#include "same_run.h"
#include "scratch_folder.h"
#include "train/step_runner.h"

// Training whose steps are launched as a recorded graph, against steps that go operator by
// operator.
namespace {

namespace fs = std::filesystem;
using namespace assay;
using testing::check_equal;
using testing::check_same_run;
using testing::RecordedRun;
using testing::ScratchFolder;

TEST_CASE("recorded steps give losses, weights and figures of steps without, bit by bit") {
  const std::string model = GENERATE(testing::dense_toml(), testing::mixture_toml());
  const auto precision = GENERATE(Precision::kFp32, Precision::kBf16);
  const int64_t layers_every = GENERATE(0, 4);
  Trainer::Options plain = RecordedRun::options_with(StepGraphs::kOff);
  Trainer::Options graphs = RecordedRun::options_with(StepGraphs::kAuto);
  plain.train.precision = graphs.train.precision = precision;
  const ScratchFolder a;
  const ScratchFolder b;
  RecordedRun expected(a.path(), model, plain, layers_every);
  RecordedRun recorded(b.path(), model, graphs, layers_every);
  expected.run();
  recorded.run();
  CHECK(expected.timer.num_recordings == 0);
  CHECK(recorded.timer.num_recordings == (layers_every == 0 ? 1 : 2));
  CHECK(recorded.timer.num_launches == 12 - StepRunner::kEagerSteps);
  check_same_run(recorded, expected);
  for (const int64_t step : {5, 10, 12}) {
    const std::string name = "step-" + std::to_string(step);
    RecordedRun from_graphs(b.path(), model, graphs);
    RecordedRun from_plain(a.path(), model, graphs);
    load_checkpoint(b.path() / name, from_graphs.tensors());
    load_checkpoint(a.path() / name, from_plain.tensors());
    check_equal(from_graphs.tensors().model, from_plain.tensors().model);
    check_equal(from_graphs.tensors().optimizer, from_plain.tensors().optimizer);
  }
}

TEST_CASE("a recorded run that is resumed is the uninterrupted run bit by bit") {
  const std::string model = GENERATE(testing::dense_toml(), testing::mixture_toml());
  const ScratchFolder whole_folder;
  RecordedRun whole(whole_folder.path(), model, RecordedRun::options_with(StepGraphs::kAuto));
  whole.run();
  const fs::path from = whole_folder.path() / "step-5";
  const ScratchFolder folder;
  RecordedRun resumed(folder.path(), model, RecordedRun::options_with(StepGraphs::kAuto));
  const CheckpointState state = verify_checkpoint(from);
  load_checkpoint(from, resumed.tensors());
  resumed.run(&state);
  CHECK(resumed.timer.num_launches == 7 - StepRunner::kEagerSteps);
  check_same_run(resumed, whole, 6);
}

TEST_CASE("a recorded step that is not finite is skipped, and those after it go on") {
  const std::string model = GENERATE(testing::dense_toml(), testing::mixture_toml());
  const auto run_with = [&model](StepGraphs graphs, const fs::path& folder) {
    auto run = std::make_unique<RecordedRun>(folder, model, RecordedRun::options_with(graphs));
    at::Tensor weight = run->tensors().model.front().second.detach();
    run->after_step = [run = run.get(), weight, kept = at::Tensor()]() mutable {
      if (run->num_begun == 6) {
        kept = weight.clone();
        weight.fill_(std::numeric_limits<double>::quiet_NaN());
      } else if (run->num_begun == 7) {
        weight.copy_(kept);
      }
    };
    run->run();
    return run;
  };
  const ScratchFolder a;
  const ScratchFolder b;
  const auto expected = run_with(StepGraphs::kOff, a.path());
  const auto recorded = run_with(StepGraphs::kAuto, b.path());
  CHECK(recorded->timer.num_launches == 10);
  for (const StepRecord& step : recorded->sink.steps) CHECK(step.skipped == (step.step == 7));
  check_same_run(*recorded, *expected);
}

TEST_CASE("a step that cannot be recorded goes operator by operator, and so do all after it") {
  const auto precision = GENERATE(Precision::kFp32, Precision::kBf16);
  // Before anything, inside of the second micro-batch, behind the last one.
  const EventTimer::Mark breaks_at = GENERATE(0, 4, 8);
  Trainer::Options plain = RecordedRun::options_with(StepGraphs::kOff);
  Trainer::Options graphs = RecordedRun::options_with(StepGraphs::kAuto);
  plain.train.precision = graphs.train.precision = precision;
  const ScratchFolder a;
  const ScratchFolder b;
  RecordedRun expected(a.path(), testing::mixture_toml(), plain);
  RecordedRun broken(b.path(), testing::mixture_toml(), graphs);
  broken.timer.breaks_at = breaks_at;
  expected.run();
  broken.run();
  CHECK(broken.timer.num_recordings == 1);
  CHECK(broken.timer.num_launches == 0);
  check_same_run(broken, expected);
  CHECK(broken.events_of("graph").empty());
  const std::vector<RunEvent> warnings = broken.events_of("warning");
  REQUIRE(warnings.size() == 1);
  CHECK(warnings[0].step == StepRunner::kEagerSteps + 1);
  CHECK(warnings[0].message ==
        "steps go operator by operator, not as a recorded graph: operation not permitted when "
        "stream is capturing");
}

TEST_CASE("a run says from which step on its steps are which graph, and what recording took") {
  const ScratchFolder scratch;
  RecordedRun run(scratch.path(), testing::dense_toml(),
                  RecordedRun::options_with(StepGraphs::kAuto), 4);
  run.run();
  const std::vector<RunEvent> events = run.events_of("graph");
  REQUIRE(events.size() == 2);
  CHECK(events[0].step == 3);
  CHECK(events[0].message == "this step and those after it");
  CHECK(events[1].step == 4);
  CHECK(events[1].message == "this step and others whose layers are timed");
  for (const RunEvent& event : events) CHECK(event.duration.value().value() > 0);
  CHECK(run.events_of("warning").empty());
}

TEST_CASE("layers are timed in steps of a graph as in others") {
  const std::string model = GENERATE(testing::dense_toml(), testing::mixture_toml());
  const ScratchFolder a;
  const ScratchFolder b;
  RecordedRun expected(a.path(), model, RecordedRun::options_with(StepGraphs::kOff), 4);
  RecordedRun recorded(b.path(), model, RecordedRun::options_with(StepGraphs::kAuto), 4);
  expected.run();
  recorded.run();
  const auto kinds = [](const StepRecord& step) {
    std::vector<std::string> sorted;
    for (const LayerTime& layer : step.profile.layers) sorted.push_back(layer.kind);
    std::ranges::sort(sorted);
    return sorted;
  };
  for (size_t i = 0; i < 12; ++i) {
    INFO("step " << i + 1);
    CHECK(kinds(recorded.sink.steps[i]) == kinds(expected.sink.steps[i]));
    CHECK(recorded.sink.steps[i].profile.layers.empty() == ((i + 1) % 4 != 0));
  }
}

}  // namespace
