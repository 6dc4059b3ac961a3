#include "train/memory_fit.h"

#include <ATen/ATen.h>

#include <catch2/catch.hpp>

#include <limits>
#include <new>

#include "error/error.h"

namespace {

using assay::MemoryNeed;
using assay::rethrow_out_of_memory;

assay::ModelSpec spec() {
  assay::ModelSpec spec{.vocab_size = 1000};
  spec.parameters.total = 1'000'000;
  return spec;
}

const assay::TrainConfig kTrain{.micro_batch = 16, .seq_len = 128};

TEST_CASE("state is 16 bytes a parameter in fp32 and 20 in bf16") {
  CHECK(assay::predict_memory(spec(), kTrain).state.value() == 16e6);
  assay::TrainConfig bf16 = kTrain;
  bf16.precision = assay::Precision::kBf16;
  CHECK(assay::predict_memory(spec(), bf16).state.value() == 20e6);
}

TEST_CASE("moments in bf16 take half, and weights without masters four bytes less") {
  assay::TrainConfig bf16 = kTrain;
  bf16.precision = assay::Precision::kBf16;
  const assay::OptimizerConfig narrow{.moments = assay::MomentDtype::kBf16};
  const assay::OptimizerConfig pure{.moments = assay::MomentDtype::kBf16, .master_weights = false};
  CHECK(assay::predict_memory(spec(), kTrain, narrow).state.value() == 12e6);
  CHECK(assay::predict_memory(spec(), bf16, narrow).state.value() == 16e6);
  CHECK(assay::predict_memory(spec(), bf16, pure).state.value() == 12e6);
}

TEST_CASE("what is computed again is not kept") {
  assay::ModelSpec deep = spec();
  deep.num_layers = 10;
  deep.d_model = 8;
  deep.kept.activations = 10 * 100;
  assay::TrainConfig config = kTrain;
  CHECK(assay::predict_memory(deep, config).activations.value() == 16.0 * 128 * 1000 * 4);
  config.recompute = assay::Recompute::kFull;
  // Inputs of ten blocks, and one block for the time of its backward pass.
  CHECK(assay::predict_memory(deep, config).activations.value() == 16.0 * 128 * (10 * 8 + 100) * 4);
}

TEST_CASE("logits are fp32 with their gradient") {
  CHECK(assay::predict_memory(spec(), kTrain).logits.value() == 16.0 * 128 * 1000 * 8);
}

TEST_CASE("the memory of this machine is found") {
  const assay::DeviceMemory memory = assay::device_memory(at::kCPU);
  CHECK(memory.used.value() > 1e6);
  CHECK(memory.limit > memory.used);
  CHECK(memory.limit.value() < 1e15);
}

TEST_CASE("a failed allocation of LibTorch names memory and the settings that help") {
  const MemoryNeed need = assay::predict_memory(spec(), kTrain);
  const auto allocate = [&] {
    try {
      at::empty({int64_t{1} << 55}, at::kFloat);
    } catch (...) {
      rethrow_out_of_memory(need, at::kCPU, kTrain);
    }
  };
  CHECK_THROWS_AS(allocate(), assay::DeviceError);
  CHECK_THROWS_WITH(allocate(), Catch::Contains("micro_batch (now 16)") &&
                                    Catch::Contains("predicted 30.9 MiB") &&
                                    Catch::Contains("used") && Catch::Contains("bf16"));
}

TEST_CASE("a failed allocation of the program is the same") {
  const auto allocate = [] {
    try {
      throw std::bad_alloc();
    } catch (...) {
      rethrow_out_of_memory({}, at::kCPU, kTrain);
    }
  };
  CHECK_THROWS_AS(allocate(), assay::DeviceError);
}

TEST_CASE("other errors stay what they are") {
  const auto fail = [] {
    try {
      throw assay::StorageError("[record] full");
    } catch (...) {
      rethrow_out_of_memory({}, at::kCPU, kTrain);
    }
  };
  CHECK_THROWS_AS(fail(), assay::StorageError);
}

}  // namespace
