#include "train/memory_fit.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <new>
#include <sstream>

#include "error/error.h"

namespace {

using assay::Bytes;
using assay::MemoryAdvice;
using assay::MemoryQuestion;
using assay::Precision;
using Catch::Contains;

assay::ModelSpec spec() {
  assay::ModelSpec spec{.num_layers = 10, .d_model = 8, .vocab_size = 1000};
  spec.parameters.total = 1'000'000;
  spec.kept.activations = 10 * 400;
  return spec;
}

const assay::ModelSpec kSpec = spec();

MemoryQuestion question(Precision precision = Precision::kFp32) {
  return {.spec = kSpec,
          .train = {.micro_batch = 16, .grad_accum = 2, .seq_len = 256, .precision = precision}};
}

Bytes peak_with(const std::vector<MemoryAdvice>& advice, const std::string& setting) {
  const auto found = std::find_if(advice.begin(), advice.end(),
                                  [&](const MemoryAdvice& one) { return one.setting == setting; });
  REQUIRE(found != advice.end());
  return found->peak;
}

TEST_CASE("state is 16 bytes a parameter in fp32 and up to 20 in bf16") {
  using assay::state_bytes_per_parameter;
  const assay::OptimizerConfig narrow{.moments = assay::MomentDtype::kBf16};
  const assay::OptimizerConfig pure{.moments = assay::MomentDtype::kBf16, .master_weights = false};
  CHECK(state_bytes_per_parameter(Precision::kFp32, {}) == 16);
  CHECK(state_bytes_per_parameter(Precision::kBf16, {}) == 20);
  CHECK(state_bytes_per_parameter(Precision::kFp32, narrow) == 12);
  CHECK(state_bytes_per_parameter(Precision::kBf16, narrow) == 16);
  CHECK(state_bytes_per_parameter(Precision::kBf16, pure) == 12);
  const assay::OptimizerConfig coded{.moments = assay::MomentDtype::k8bit};
  CHECK(state_bytes_per_parameter(Precision::kFp32, coded) == 8 + 2 * (1 + 4.0 / 256));
}

TEST_CASE("the config decides what is held for every parameter") {
  const assay::TrainingPeak wide = predict_peak(question());
  CHECK(wide.weights.value() == 4e6);
  CHECK(wide.master_weights.value() == 0);
  CHECK(wide.moments.value() == 8e6);
  MemoryQuestion narrow = question(Precision::kBf16);
  CHECK(predict_peak(narrow).weights.value() == 2e6);
  CHECK(predict_peak(narrow).master_weights.value() == 4e6);
  narrow.optimizer = {.moments = assay::MomentDtype::kBf16, .master_weights = false};
  CHECK(predict_peak(narrow).master_weights.value() == 0);
  CHECK(predict_peak(narrow).moments.value() == 4e6);
}

TEST_CASE("moments in 8 bits are those of products' weights; tables and norms have fp32") {
  assay::ModelSpec spec = kSpec;
  spec.products = {
      {.name = "mlp", .in = 100, .out = 200, .per_token = 10},
      {.name = "lm_head", .kind = assay::LayerKind::kHead, .in = 300, .out = 1000, .per_token = 1}};
  const auto moments = [&] {
    MemoryQuestion coded{.spec = spec, .train = question().train};
    coded.optimizer.moments = assay::MomentDtype::k8bit;
    return predict_peak(coded).moments.value();
  };
  CHECK(moments() == 5e5 * 2.03125 + 5e5 * 8);
  spec.tied_embeddings = true;
  CHECK(moments() == 2e5 * 2.03125 + 8e5 * 8);
}

TEST_CASE("advice has the peak that each change would have, and of all together the least") {
  const Bytes now = predict_peak(question()).total();
  const auto advice = memory_advice(question(), 0.5 * now);
  for (const MemoryAdvice& one : advice) {
    INFO(one.setting);
    CHECK(one.peak < now);
    CHECK(advice.back().peak <= one.peak);
  }
  MemoryQuestion again = question();
  again.train.recompute = assay::Recompute::kFull;
  CHECK(peak_with(advice, "train.recompute=full") == predict_peak(again).total());
  MemoryQuestion moments = question();
  moments.optimizer.moments = assay::MomentDtype::kBf16;
  CHECK(peak_with(advice, "optimizer.moments=bf16") == predict_peak(moments).total());
  CHECK(peak_with(advice, "train.precision=bf16") < now);
  CHECK_THAT(advice.back().setting, Contains("train.recompute=full optimizer.moments=8bit"));
}

TEST_CASE("the micro-batch is made as small as it takes, for the same tokens a step") {
  const Bytes now = predict_peak(question()).total();
  CHECK(memory_advice(question(), 0.9 * now).front().setting ==
        "train.micro_batch=8 train.grad_accum=4");
  CHECK(memory_advice(question(), Bytes(0)).front().setting ==
        "train.micro_batch=1 train.grad_accum=32");
}

TEST_CASE("what is set already is no advice") {
  MemoryQuestion least = question(Precision::kBf16);
  least.train.micro_batch = 1;
  least.train.recompute = assay::Recompute::kFull;
  least.optimizer = {.moments = assay::MomentDtype::k8bit, .master_weights = false};
  CHECK(memory_advice(least, Bytes(0)).empty());
}

TEST_CASE("the largest micro-batch that fits is the largest by prediction that divides the step") {
  MemoryQuestion asked = question();
  asked.train.micro_batch = 30;
  asked.train.grad_accum = 1;
  const auto peak_at = [&](int64_t micro_batch) {
    MemoryQuestion changed = asked;
    changed.train.micro_batch = micro_batch;
    changed.train.grad_accum = 30 / micro_batch;
    return predict_peak(changed).total();
  };
  REQUIRE(peak_at(1) < peak_at(10));
  CHECK(largest_micro_batch(asked, peak_at(10)) == 10);
  CHECK(largest_micro_batch(asked, peak_at(10) - Bytes(1)) == 6);
  CHECK(largest_micro_batch(asked, peak_at(1)) == 1);
  CHECK_FALSE(largest_micro_batch(asked, peak_at(1) - Bytes(1)));
}

TEST_CASE("a run that will not fit is refused with figures and advice, one that just fits is not") {
  std::ostringstream advice;
  const Bytes peak = predict_peak(question()).total();
  CHECK_NOTHROW(require_memory(question(), peak, advice));
  CHECK(advice.str().empty());
  const Bytes less = peak - Bytes(1);
  CHECK_THROWS_AS(require_memory(question(), less, advice), assay::DeviceError);
  CHECK_THROWS_WITH(
      require_memory(question(), less, advice),
      Contains("will not fit on cpu") && Contains(to_text(peak)) && Contains("free") &&
          Contains("--no-memory-check") &&
          Contains("the largest micro-batch that fits is 8 (train.grad_accum=4), of those "
                   "that divide the step's 32 sequences"));
  CHECK_THAT(advice.str(), Contains("activations") && Contains("(fits)") &&
                               Contains("--set train.micro_batch=8 --set train.grad_accum=4: "));
  CHECK_THROWS_WITH(require_memory(question(), Bytes(1), advice),
                    Contains("no micro-batch fits: one sequence takes "));
}

TEST_CASE("no line of a refusal is longer than a wide terminal") {
  std::ostringstream lines;
  try {
    require_memory(question(), Bytes(1), lines);
  } catch (const assay::DeviceError& error) {
    lines << error.what() << '\n';
  }
  std::istringstream read(lines.str());
  int num_lines = 0;
  for (std::string line; std::getline(read, line); ++num_lines) CHECK(line.size() <= 200);
  CHECK(num_lines > 5);
}

TEST_CASE("a failed allocation of LibTorch names memory and the settings that help") {
  std::ostringstream advice;
  const auto allocate = [&] {
    try {
      at::empty({int64_t{1} << 55}, at::kFloat);
    } catch (...) {
      rethrow_out_of_memory(question(), advice);
    }
  };
  CHECK_THROWS_AS(allocate(), assay::DeviceError);
  CHECK_THROWS_WITH(allocate(), Contains("out of memory on cpu") && Contains("predicted peak") &&
                                    Contains("used") && Contains("train.seq_len (now 256)"));
  CHECK_THAT(advice.str(), Contains("--set train.micro_batch="));
}

TEST_CASE("a failed allocation of the program is the same") {
  std::ostringstream advice;
  const auto allocate = [&] {
    try {
      throw std::bad_alloc();
    } catch (...) {
      rethrow_out_of_memory(question(), advice);
    }
  };
  CHECK_THROWS_AS(allocate(), assay::DeviceError);
}

TEST_CASE("other errors stay what they are") {
  std::ostringstream advice;
  const auto fail = [&] {
    try {
      throw assay::StorageError("[record] full");
    } catch (...) {
      rethrow_out_of_memory(question(), advice);
    }
  };
  CHECK_THROWS_AS(fail(), assay::StorageError);
}

}  // namespace
