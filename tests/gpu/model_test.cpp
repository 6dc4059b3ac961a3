#include <ATen/ATen.h>

#include <catch2/catch.hpp>

#include <cmath>
#include <memory>
#include <string>

#include "config/config.h"
#include "models/model_family.h"
#include "small_olmoe.h"
#include "train/model_tensors.h"

namespace {

using assay::LanguageModel;
using assay::LmOutput;
using assay::Precision;
using assay::testing::batch_on;
using assay::testing::small_olmoe;

constexpr const char* kGpt2 = R"(family = "gpt2"
num_layers = 2
d_model = 64
num_heads = 2
d_ff = 256
vocab_size = 256
max_seq_len = 64
)";

std::shared_ptr<LanguageModel> model_on(const std::string& toml, at::Device device,
                                        Precision precision) {
  const auto model = assay::make_model(assay::read_toml(toml, {.name = "test"}), 1);
  assay::place_model(*model, device, precision);
  return model;
}

double gradient_norm(const LanguageModel& model) {
  double sum = 0;
  for (const auto& [name, parameter] : assay::named_parameters(model)) {
    if (parameter.grad().defined()) {
      sum += parameter.grad().to(at::kDouble).pow(2).sum().item<double>();
    }
  }
  return std::sqrt(sum);
}

TEST_CASE("models compute on the GPU what they compute on the CPU") {
  const std::string toml = GENERATE(std::string(kGpt2), small_olmoe());
  const auto precision = GENERATE(Precision::kFp32, Precision::kBf16);
  const double tolerance = precision == Precision::kFp32 ? 1e-4 : 3e-2;
  const auto cpu = model_on(toml, at::kCPU, precision);
  const auto gpu = model_on(toml, at::kCUDA, precision);
  const LmOutput on_cpu = cpu->forward(batch_on(at::kCPU));
  const LmOutput on_gpu = gpu->forward(batch_on(at::kCUDA));
  CHECK(on_gpu.loss_sum.is_cuda());
  CHECK(on_gpu.num_targets.item<int64_t>() == 256);
  CHECK(on_gpu.loss_sum.item<double>() ==
        Approx(on_cpu.loss_sum.item<double>()).epsilon(tolerance));
  on_cpu.loss_sum.backward();
  on_gpu.loss_sum.backward();
  CHECK(gradient_norm(*gpu) == Approx(gradient_norm(*cpu)).epsilon(10 * tolerance));
}

TEST_CASE("what is computed again on the GPU changes no loss and no gradient") {
  const std::string toml = GENERATE(std::string(kGpt2), small_olmoe());
  const auto precision = GENERATE(Precision::kFp32, Precision::kBf16);
  const auto recompute = GENERATE(assay::Recompute::kAttention, assay::Recompute::kFull);
  const auto plain = model_on(toml, at::kCUDA, precision);
  const auto again = model_on(toml, at::kCUDA, precision);
  again->set_recompute(recompute);
  const LmOutput expected = plain->forward(batch_on(at::kCUDA));
  const LmOutput actual = again->forward(batch_on(at::kCUDA));
  CHECK(actual.loss_sum.item<double>() == expected.loss_sum.item<double>());
  expected.loss_sum.backward();
  actual.loss_sum.backward();
  // Atomics of some backward kernels may change last bits.
  CHECK(gradient_norm(*again) == Approx(gradient_norm(*plain)).epsilon(1e-3));
}

TEST_CASE("decoding on the GPU gives the CPU's logits") {
  const std::string toml = GENERATE(std::string(kGpt2), small_olmoe());
  const auto cpu = model_on(toml, at::kCPU, Precision::kFp32);
  const auto gpu = model_on(toml, at::kCUDA, Precision::kFp32);
  const at::NoGradGuard no_grad;
  assay::DecodeState cpu_state;
  assay::DecodeState gpu_state;
  const at::Tensor tokens = at::arange(12, at::kLong).view({1, 12});
  for (int64_t at_token = 0; at_token < 12; at_token += 4) {
    const at::Tensor part = tokens.narrow(1, at_token, 4);
    const at::Tensor expected = cpu->decode(part, cpu_state);
    const at::Tensor actual = gpu->decode(part.to(at::kCUDA), gpu_state);
    CHECK(at::allclose(actual.cpu(), expected, 1e-3, 1e-3));
  }
}

}  // namespace
