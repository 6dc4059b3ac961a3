#include "train/trainer.h"

#include <catch2/catch.hpp>

#include <cmath>
#include <numeric>

#include "error/error.h"
#include "scratch_folder.h"
#include "toy_run.h"

namespace {

namespace fs = std::filesystem;
using assay::CheckpointState;
using assay::NamedTensors;
using assay::RunState;
using assay::StepRecord;
using assay::StopReason;
using assay::StopToken;
using assay::Trainer;
using assay::TrainResult;
using assay::testing::ScratchFolder;
using assay::testing::ToyRun;

void check_equal(const NamedTensors& a, const NamedTensors& b) {
  REQUIRE(a.size() == b.size());
  for (size_t i = 0; i < a.size(); ++i) {
    INFO(a[i].first);
    CHECK(a[i].first == b[i].first);
    CHECK(at::equal(a[i].second, b[i].second));
  }
}

/// Wide enough for moments in 8 bits: 11 x 512 numbers a table.
constexpr int64_t kCodedWidth = 512;

TEST_CASE("training lowers the loss and says what each step was") {
  const ScratchFolder scratch;
  ToyRun run(scratch.path());
  const TrainResult result = run.run();
  REQUIRE(run.sink.steps.size() == 40);
  CHECK(run.sink.steps.back().loss < 0.8 * run.sink.steps.front().loss);
  CHECK(result.step == 40);
  CHECK(result.stop_reason == StopReason::kNone);
  CHECK(result.loss == run.sink.steps.back().loss);
  CHECK(result.validation_loss == 1.5);
  for (size_t i = 0; i < run.sink.steps.size(); ++i) {
    const StepRecord& step = run.sink.steps[i];
    CHECK(step.step == static_cast<int64_t>(i) + 1);
    CHECK(step.tokens.value() == 64);
    CHECK(step.stage == "pretrain");
    CHECK(step.warmup == (i == 0));
    CHECK(step.grad_norm > 0);
    CHECK_FALSE(step.skipped);
    CHECK(std::accumulate(step.profile.phases.begin(), step.profile.phases.end(),
                          assay::Seconds()) == step.profile.wall);
  }
  CHECK(run.totals.tokens == 40 * 64);
}

TEST_CASE("a resumed run is the uninterrupted run bit by bit") {
  const auto precision = GENERATE(assay::Precision::kFp32, assay::Precision::kBf16);
  const auto moments =
      GENERATE(assay::MomentDtype::kFp32, assay::MomentDtype::kBf16, assay::MomentDtype::k8bit);
  const int64_t width = moments == assay::MomentDtype::k8bit ? kCodedWidth : 8;
  const assay::OptimizerConfig optimizer{.moments = moments,
                                         .master_weights = precision == assay::Precision::kFp32 ||
                                                           moments == assay::MomentDtype::kFp32};
  Trainer::Options options = ToyRun::toy_options();
  options.train.precision = precision;
  options.train.grad_accum = 2;
  options.checkpoint.every_steps = 7;
  options.checkpoint.keep_last = 100;
  const ScratchFolder whole_folder;
  ToyRun whole(whole_folder.path(), options, optimizer, width);
  whole.energy = assay::Joules(5);
  whole.run();

  for (const int64_t step : {7, 21, 35}) {
    const fs::path from = whole_folder.path() / ("step-" + std::to_string(step));
    const ScratchFolder folder;
    ToyRun resumed(folder.path(), options, optimizer, width);
    const CheckpointState state = assay::verify_checkpoint(from);
    assay::load_checkpoint(from, resumed.tensors());
    resumed.run({}, &state);
    check_equal(resumed.tensors().model, whole.tensors().model);
    check_equal(resumed.tensors().optimizer, whole.tensors().optimizer);
    REQUIRE(resumed.sink.steps.size() == static_cast<size_t>(40 - step));
    for (const StepRecord& record : resumed.sink.steps) {
      const StepRecord& expected = whole.sink.steps[static_cast<size_t>(record.step - 1)];
      CHECK(record.loss == expected.loss);
      CHECK(record.grad_norm == expected.grad_norm);
      CHECK(record.learning_rate == expected.learning_rate);
      CHECK(record.tokens == expected.tokens);
    }
    CHECK(resumed.totals.tokens == whole.totals.tokens);
    CHECK(resumed.totals.skipped_steps == whole.totals.skipped_steps);
    CHECK(resumed.totals[RunState::kProductive] > state.totals[RunState::kProductive]);
    // 5 J up to the checkpoint, nothing measured after it: what was used stays counted.
    CHECK(resumed.totals.energy == assay::Joules(5));
    CHECK(assay::verify_checkpoint(folder.path() / "step-40").totals.tokens == 40 * 128);
  }
}

TEST_CASE("states in bf16 learn what fp32 states learn") {
  const auto precision = GENERATE(assay::Precision::kFp32, assay::Precision::kBf16);
  Trainer::Options options = ToyRun::toy_options();
  options.train.steps = 200;
  options.train.precision = precision;
  const auto losses = [&](const assay::OptimizerConfig& optimizer) {
    const ScratchFolder scratch;
    ToyRun run(scratch.path(), options, optimizer);
    run.run();
    std::vector<double> values;
    for (const StepRecord& step : run.sink.steps) values.push_back(step.loss);
    return values;
  };
  const std::vector<double> wide = losses({});
  const std::vector<double> narrow =
      losses({.moments = assay::MomentDtype::kBf16,
              .master_weights = precision == assay::Precision::kFp32});
  CHECK(narrow.back() < 0.5 * wide.front());
  double difference = 0;
  for (size_t i = 0; i < wide.size(); ++i) difference += std::abs(narrow[i] - wide[i]) / 200;
  CHECK(difference < 0.02 * wide.front());
  CHECK(narrow != wide);
}

TEST_CASE("moments in 8 bits learn what fp32 moments learn") {
  const auto precision = GENERATE(assay::Precision::kFp32, assay::Precision::kBf16);
  Trainer::Options options = ToyRun::toy_options();
  options.train.steps = 200;
  options.train.precision = precision;
  options.schedule = {.lr = 1e-3, .min_lr = 1e-4, .warmup_steps = 5};
  const auto losses = [&](const assay::OptimizerConfig& optimizer) {
    const ScratchFolder scratch;
    ToyRun run(scratch.path(), options, optimizer, kCodedWidth);
    run.run();
    std::vector<double> values;
    for (const StepRecord& step : run.sink.steps) values.push_back(step.loss);
    return values;
  };
  const std::vector<double> wide = losses({});
  const std::vector<double> coded = losses({.moments = assay::MomentDtype::k8bit});
  CHECK(coded.back() < 0.5 * wide.front());
  double difference = 0;
  for (size_t i = 0; i < wide.size(); ++i) difference += std::abs(coded[i] - wide[i]) / 200;
  CHECK(difference < 0.02 * wide.front());
  CHECK(coded != wide);
}

TEST_CASE("energy adds up over the processes of a run") {
  const ScratchFolder scratch;
  ToyRun first(scratch.path());
  first.energy = assay::Joules(100);
  first.run();
  const CheckpointState state = assay::verify_checkpoint(scratch.path() / "step-40");
  Trainer::Options longer = ToyRun::toy_options();
  longer.train.steps = 50;
  ToyRun second(scratch.path(), longer);
  second.energy = assay::Joules(30);
  second.run({}, &state);
  CHECK(second.totals.energy == assay::Joules(130));
}

TEST_CASE("k micro-batches equal one big batch") {
  Trainer::Options one = ToyRun::toy_options();
  one.train.micro_batch = 8;
  Trainer::Options four = ToyRun::toy_options();
  four.train.micro_batch = 2;
  four.train.grad_accum = 4;
  const ScratchFolder a;
  const ScratchFolder b;
  ToyRun big(a.path(), one);
  ToyRun small(b.path(), four);
  big.run();
  small.run();
  for (size_t i = 0; i < big.sink.steps.size(); ++i) {
    CHECK(small.sink.steps[i].loss == Approx(big.sink.steps[i].loss).epsilon(1e-5));
    CHECK(small.sink.steps[i].grad_norm == Approx(big.sink.steps[i].grad_norm).epsilon(1e-4));
    CHECK(small.sink.steps[i].tokens == big.sink.steps[i].tokens);
  }
  const auto expected = big.tensors().model;
  const auto actual = small.tensors().model;
  for (size_t i = 0; i < expected.size(); ++i) {
    CHECK(at::allclose(actual[i].second, expected[i].second, 1e-3, 1e-5));
  }
}

TEST_CASE("micro-batches count by their targets, not each the same") {
  // Two micro-batches, the second with one target: the mean is over all targets.
  assay::StepSums sums(at::kCPU);
  const auto output = [](double loss, int64_t targets) {
    return assay::LmOutput{.loss_sum = at::scalar_tensor(loss),
                           .num_targets = at::scalar_tensor(targets, at::kLong)};
  };
  sums.add(output(30.0, 15));
  sums.add(output(7.0, 1));
  CHECK(sums.loss_sum().item<double>() / sums.num_targets().item<double>() == 37.0 / 16);
}

TEST_CASE("the auxiliary loss is part of what is learned and stands apart in the record") {
  const ScratchFolder scratch;
  ToyRun run(scratch.path());
  run.model->aux_weight = 0.5;
  run.run();
  CHECK(run.sink.steps.front().aux_loss == 0.0);
  CHECK(run.sink.steps.back().aux_loss > 0.0);
  const at::Tensor bias = run.tensors().model[2].second;
  ToyRun plain(scratch.path());
  plain.run();
  CHECK(bias.norm().item<double>() < plain.tensors().model[2].second.norm().item<double>());
}

TEST_CASE("one bad step is skipped and counted, and the run goes on") {
  const ScratchFolder scratch;
  ToyRun run(scratch.path());
  run.sink.on_step = [&](const StepRecord& step) { run.model->broken = step.step == 9; };
  const TrainResult result = run.run();
  CHECK(result.step == 40);
  CHECK(run.totals.skipped_steps == 1);
  CHECK(run.sink.steps[9].skipped);
  CHECK_FALSE(run.sink.steps[10].skipped);
  CHECK(assay::verify_checkpoint(result.checkpoint).totals.skipped_steps == 1);
}

TEST_CASE("three bad steps in a row end the run and keep the last checkpoint") {
  const ScratchFolder scratch;
  Trainer::Options options = ToyRun::toy_options();
  options.checkpoint.every_steps = 5;
  ToyRun run(scratch.path(), options);
  run.sink.on_step = [&](const StepRecord& step) { run.model->broken = step.step >= 12; };
  CHECK_THROWS_WITH(run.run(), Catch::Contains("step 15") && Catch::Contains("step-10"));
  CHECK(run.sink.steps.size() == 15);
  CHECK(assay::verify_checkpoint(scratch.path() / "step-10").step == 10);
  ToyRun again(scratch.path(), options);
  again.model->broken = true;
  CHECK_THROWS_AS(again.run(), assay::TrainingError);
}

TEST_CASE("two bad steps before a checkpoint and one after it are three in a row") {
  const ScratchFolder scratch;
  Trainer::Options options = ToyRun::toy_options();
  options.train.steps = 10;
  ToyRun first(scratch.path(), options);
  first.model->broken = true;
  StopToken stop;
  first.sink.on_step = [&](const StepRecord& step) {
    if (step.step == 2) stop.request(StopReason::kPreempted);
  };
  first.run(stop);
  ToyRun second(scratch.path(), options);
  second.model->broken = true;
  const CheckpointState state = assay::verify_checkpoint(scratch.path() / "step-2");
  CHECK_THROWS_AS(second.run({}, &state), assay::TrainingError);
  CHECK(second.sink.steps.size() == 1);
}

TEST_CASE("a run too short for three bad steps gives up where none was finite") {
  Trainer::Options options = ToyRun::toy_options();
  options.train.steps = 2;
  const ScratchFolder scratch;
  ToyRun all_bad(scratch.path(), options);
  all_bad.model->broken = true;
  CHECK_THROWS_WITH(all_bad.run(), Catch::Contains("no step was finite, none was applied"));
  CHECK(all_bad.num_evaluations == 0);
  CHECK(fs::is_empty(scratch.path()));
  const ScratchFolder other;
  ToyRun last_bad(other.path(), options);
  last_bad.sink.on_step = [&](const StepRecord&) { last_bad.model->broken = true; };
  CHECK(last_bad.run().validation_loss == 1.5);  // the weights are those of step 1
  CHECK(last_bad.totals.skipped_steps == 1);
}

TEST_CASE("a stop finishes the step, writes a checkpoint and names the reason") {
  const ScratchFolder scratch;
  ToyRun run(scratch.path());
  StopToken stop;
  run.sink.on_step = [&](const StepRecord& step) {
    if (step.step == 13) stop.request(StopReason::kPreempted);
  };
  const TrainResult result = run.run(stop);
  CHECK(result.stop_reason == StopReason::kPreempted);
  CHECK(result.step == 13);
  CHECK(result.checkpoint.filename() == "step-13");
  CHECK_FALSE(result.validation_loss);
  CHECK(assay::verify_checkpoint(result.checkpoint).step == 13);
}

}  // namespace
