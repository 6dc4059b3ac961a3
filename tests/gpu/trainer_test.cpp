#include <ATen/ATen.h>

#include <catch2/catch.hpp>

#include <filesystem>
#include <string>
#include <vector>

#include <stdlib.h>

#include "config/config.h"
#include "error/error.h"
#include "models/model_family.h"
#include "profile/make_timer.h"
#include "small_olmoe.h"
#include "train/matmul_ceiling.h"
#include "train/memory_fit.h"
#include "train/model_tensors.h"
#include "train/trainer.h"

namespace {

namespace fs = std::filesystem;
using namespace assay;

class StepKeeper : public StepSink {
 public:
  void consume(const RunItem& item) noexcept override {
    if (const auto* step = std::get_if<StepRecord>(&item)) steps.push_back(*step);
  }
  std::vector<StepRecord> steps;
};

class ScratchFolder {
 public:
  ScratchFolder() {
    std::string name = (fs::temp_directory_path() / "assay-gpu-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path = name;
  }
  ~ScratchFolder() { fs::remove_all(path); }
  fs::path path;
};

/// A run of 30 steps on `device`; goes on from `from` where it is not empty.
std::vector<StepRecord> train_on(at::Device device, Precision precision, const fs::path& folder,
                                 const fs::path& from = {}) {
  std::vector<uint32_t> tokens;
  for (uint32_t i = 0; i < 20'000; ++i) tokens.push_back(i * i % 251);
  Trainer::Options options;
  options.train = {.steps = 30, .micro_batch = 8, .seq_len = 64, .precision = precision};
  options.schedule = {.lr = 3e-3, .min_lr = 3e-4, .warmup_steps = 5};
  options.checkpoint = {.every_steps = 10, .keep_last = 9};
  const auto model = make_model(read_toml(testing::small_olmoe(), {.name = "test"}), 1);
  place_model(*model, device, precision);
  AdamW optimizer(named_parameters(*model), OptimizerConfig{});
  const data::BatchStream batches(data::TokenDataset::from_tokens(std::move(tokens), 256),
                                  {.seed = 1, .batch_size = 8, .seq_len = 64});
  const Comm comm = Comm::one_process();
  const auto timer = make_timer(device);
  StepProfiler profiler(*timer);
  CheckpointStore store(folder, options.checkpoint);
  const CheckpointTensors tensors{named_tensors(*model), optimizer.state()};
  StepKeeper sink;
  Trainer trainer({*model, optimizer, batches, comm, profiler, device, 8, 1}, options,
                  {.evaluate = [](int64_t) { return 0.0; },
                   .energy = [] { return std::optional<Joules>(); },
                   .check = [] {}},
                  store, {.stage = "pretrain"}, tensors, sink);
  if (!from.empty()) {
    load_checkpoint(from, tensors);
    trainer.resume(verify_checkpoint(from));
  }
  trainer.run({});
  return sink.steps;
}

TEST_CASE("the GPU learns what the CPU learns") {
  const auto precision = GENERATE(Precision::kFp32, Precision::kBf16);
  const ScratchFolder a;
  const ScratchFolder b;
  const auto cpu = train_on(at::kCPU, precision, a.path);
  const auto gpu = train_on(at::kCUDA, precision, b.path);
  REQUIRE(gpu.size() == 30);
  CHECK(gpu.front().loss == Approx(cpu.front().loss).epsilon(1e-2));
  CHECK(gpu.back().loss == Approx(cpu.back().loss).epsilon(5e-2));
  CHECK(gpu.back().loss < 0.9 * gpu.front().loss);
  for (const StepRecord& step : gpu) {
    CHECK(step.profile.clock == StepClock::kCudaEvents);
    CHECK(step.profile.wall.value() > 0);
  }
}

TEST_CASE("a checkpoint of the GPU is loaded by the GPU and by the CPU") {
  const ScratchFolder whole;
  const ScratchFolder again;
  const ScratchFolder on_cpu;
  const auto steps = train_on(at::kCUDA, Precision::kFp32, whole.path);
  const fs::path from = whole.path / "step-20";
  const auto resumed = train_on(at::kCUDA, Precision::kFp32, again.path, from);
  const auto moved = train_on(at::kCPU, Precision::kFp32, on_cpu.path, from);
  REQUIRE(resumed.size() == 10);
  CHECK(resumed.front().step == 21);
  CHECK(resumed.back().loss == Approx(steps.back().loss).epsilon(1e-3));
  CHECK(moved.back().loss == Approx(steps.back().loss).epsilon(1e-2));
}

TEST_CASE("the ceiling of the GPU is a rate that a GPU can have") {
  const double rate = measure_matmul_ceiling(at::kCUDA, Precision::kBf16).value();
  CHECK(rate > 1e12);
  CHECK(rate < 1e16);
}

TEST_CASE("memory that a GPU does not have is a DeviceError that names what helps") {
  const ModelSpec spec{.num_layers = 1, .d_model = 8, .vocab_size = 16};
  const TrainConfig train{.micro_batch = 4, .seq_len = 8};
  const auto allocate = [&] {
    try {
      at::empty({int64_t{1} << 50}, at::TensorOptions(at::kCUDA));
    } catch (...) {
      rethrow_out_of_memory({.spec = spec, .train = train, .device = {at::kCUDA, 0}}, std::cerr);
    }
  };
  CHECK_THROWS_AS(allocate(), DeviceError);
  CHECK_THROWS_WITH(allocate(), Catch::Contains("train.seq_len (now 8)"));
}

}  // namespace
