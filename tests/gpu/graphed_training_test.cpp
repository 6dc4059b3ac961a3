#include <ATen/ATen.h>

#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include "config/config.h"
#include "models/model_family.h"
#include "profile/make_timer.h"
#include "small_olmoe.h"
#include "train/model_tensors.h"
#include "train/step_runner.h"

// Whole steps as CUDA graphs against steps that go operator by operator.
namespace {

using namespace assay;

constexpr int64_t kSteps = 12;
constexpr const char* kDense = R"(family = "qwen3"
num_layers = 2
d_model = 64
d_head = 16
d_ff = 128
num_heads = 4
num_kv_heads = 2
vocab_size = 256
max_seq_len = 64
)";

struct Setting {
  std::string model;
  Precision precision = Precision::kBf16;
  StepGraphs graphs = StepGraphs::kAuto;
  Recompute recompute = Recompute::kNone;
  int64_t layers_every = 0;
};

struct Trained {
  std::vector<StepRecord> steps;
  StepLaunches launches;
};

data::BatchStream batches() {
  std::vector<uint32_t> tokens;
  for (uint32_t i = 0; i < 20'000; ++i) tokens.push_back(i * i % 251);
  return {data::TokenDataset::from_tokens(std::move(tokens), 256),
          {.seed = 1, .batch_size = 8, .seq_len = 64}};
}

Trained trained(const Setting& setting) {
  const at::Device device(at::kCUDA, 0);
  const auto model = make_model(read_toml(setting.model, {.name = "test"}), 1);
  model->set_recompute(setting.recompute);
  place_model(*model, device, setting.precision);
  AdamW optimizer(named_parameters(*model), OptimizerConfig{});
  const data::BatchStream stream = batches();
  const Comm comm = Comm::one_process();
  const auto timer = make_timer(device);
  StepProfiler profiler(*timer);
  StepRunner runner({*model, optimizer, stream, comm, profiler, device, 4, 2, setting.layers_every},
                    setting.graphs);
  std::vector<StepFigures> figures;
  for (int64_t step = 1; step <= kSteps; ++step) {
    figures.push_back(runner.run(step, 1e-3 * static_cast<double>(step)));
  }
  profiler.finish();
  Trained result{.launches = runner.launches()};
  for (const StepFigures& one : figures) {
    result.steps.push_back(one.read(profiler.take_finished().value(), 0));
  }
  return result;
}

/// The same numbers but for sums whose order the device chooses.
void check_same_losses(const Trained& a, const Trained& b) {
  for (size_t i = 0; i < a.steps.size(); ++i) {
    INFO("step " << i + 1);
    CHECK(a.steps[i].loss == Approx(b.steps[i].loss).epsilon(1e-3));
    CHECK(a.steps[i].grad_norm == Approx(b.steps[i].grad_norm).epsilon(2e-2));
    CHECK(a.steps[i].tokens == b.steps[i].tokens);
  }
  CHECK(a.steps.back().loss < a.steps.front().loss);
}

TEST_CASE("steps launched as a CUDA graph learn what steps without learn") {
  Setting setting{.model = GENERATE(std::string(kDense), testing::small_olmoe())};
  setting.layers_every = GENERATE(0, 5);
  const Trained recorded = trained(setting);
  setting.graphs = StepGraphs::kOff;
  const Trained plain = trained(setting);
  CHECK(recorded.launches.fallback == "");
  CHECK(recorded.launches.recorded == (setting.layers_every == 0 ? 1 : 2));
  CHECK(recorded.launches.replayed == kSteps - StepRunner::kEagerSteps);
  CHECK(plain.launches.replayed == 0);
  check_same_losses(recorded, plain);
  for (const StepRecord& step : recorded.steps) {
    INFO("step " << step.step);
    CHECK_FALSE(step.profile.unphased);
    for (const Phase phase : {Phase::kForward, Phase::kBackward, Phase::kOptimizer}) {
      CHECK(step.profile.phases[static_cast<size_t>(phase)].value() > 0);
    }
    CHECK(step.profile.layers.empty() ==
          (setting.layers_every == 0 || step.step % setting.layers_every != 0));
  }
}

TEST_CASE("a dense model in fp32 is recorded too") {
  Setting setting{.model = kDense, .precision = Precision::kFp32};
  const Trained recorded = trained(setting);
  setting.graphs = StepGraphs::kOff;
  CHECK(recorded.launches.fallback == "");
  check_same_losses(recorded, trained(setting));
}

TEST_CASE("steps that cannot be recorded say why and are done all the same") {
  // The library's grouped product of fp32 reads the row ends; computing again reads the state of
  // the random numbers.
  Setting setting =
      GENERATE(Setting{.model = testing::small_olmoe(), .precision = Precision::kFp32},
               Setting{.model = kDense, .recompute = Recompute::kFull});
  const Trained broken = trained(setting);
  INFO(broken.launches.fallback);
  CHECK_FALSE(broken.launches.fallback.empty());
  CHECK(broken.launches.eager == kSteps);
  setting.graphs = StepGraphs::kOff;
  check_same_losses(broken, trained(setting));
}

}  // namespace
