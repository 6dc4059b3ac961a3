#include <ATen/ATen.h>

#include <catch2/catch.hpp>

#include <limits>
#include <string>
#include <vector>

#include "train/adamw.h"

namespace {

using assay::AdamW;
using assay::NamedTensors;
using assay::OptimizerConfig;
using assay::UpdateStats;

/// The same parameters and gradients on any device.
struct Problem {  // the matrix is large enough for moments in 8 bits
  explicit Problem(at::Device device, at::ScalarType dtype = at::kFloat) {
    const auto fill = [&](at::IntArrayRef shape, double phase) {
      const int64_t size = c10::multiply_integers(shape);
      return at::cos(at::arange(size, at::kFloat) * 0.37 + phase).view(shape).to(device, dtype);
    };
    matrix = fill({96, 48}, 0.0).set_requires_grad(true);
    vector = fill({48}, 1.0).set_requires_grad(true);
    gradients = {fill({96, 48}, 2.0) * 3.0, fill({48}, 3.0) * 3.0};
  }
  void set_gradients() {
    matrix.mutable_grad() = gradients[0].clone();
    vector.mutable_grad() = gradients[1].clone();
  }
  [[nodiscard]] NamedTensors parameters() const { return {{"matrix", matrix}, {"vector", vector}}; }

  at::Tensor matrix;
  at::Tensor vector;
  std::vector<at::Tensor> gradients;
};

at::Tensor scalar(double value, at::Device device) {
  return at::scalar_tensor(value, at::TensorOptions(device).dtype(at::kDouble));
}

UpdateStats step(AdamW& optimizer, Problem& problem, double loss = 1.0) {
  const at::Device device = problem.matrix.device();
  problem.set_gradients();
  optimizer.collect_gradients();
  return optimizer.step(0.01, scalar(4, device), scalar(loss, device));
}

TEST_CASE("AdamW with clipping gives the CPU's weights on the GPU") {
  const auto dtype = GENERATE(at::kFloat, at::kBFloat16);
  const auto moments =
      GENERATE(assay::MomentDtype::kFp32, assay::MomentDtype::kBf16, assay::MomentDtype::k8bit);
  const bool is_wide = moments == assay::MomentDtype::kFp32;
  const OptimizerConfig config{.moments = moments,
                               .master_weights = is_wide || dtype == at::kFloat};
  Problem on_cpu(at::kCPU, dtype);
  Problem on_gpu(at::kCUDA, dtype);
  AdamW cpu(on_cpu.parameters(), config);
  AdamW gpu(on_gpu.parameters(), config);
  for (int i = 0; i < 10; ++i) {
    const UpdateStats a = step(cpu, on_cpu);
    const UpdateStats b = step(gpu, on_gpu);
    CHECK(b.grad_norm.item<double>() == Approx(a.grad_norm.item<double>()).epsilon(1e-5));
    CHECK(b.skipped.item<double>() == 0.0);
  }
  const double tolerance = dtype == at::kFloat && is_wide ? 1e-6 : 1e-2;
  CHECK(at::allclose(on_gpu.matrix.cpu().to(at::kFloat), on_cpu.matrix.to(at::kFloat), tolerance,
                     tolerance));
  CHECK(at::allclose(on_gpu.vector.cpu().to(at::kFloat), on_cpu.vector.to(at::kFloat), tolerance,
                     tolerance));
}

/// Weights after three updates of 150 tensors: more than a launch takes, of sizes that packs and
/// blocks do not divide, and one of several blocks.
std::vector<at::Tensor> many_after_updates(at::Device device, at::ScalarType dtype,
                                           const OptimizerConfig& config) {
  NamedTensors parameters;
  std::vector<at::Tensor> gradients;
  for (int64_t i = 0; i < 150; ++i) {
    const int64_t size = i == 70 ? 100'003 : 1 + 37 * i;
    const at::Tensor place = at::arange(size, at::kFloat);
    const auto values = [&](double phase) {
      return at::cos(place * 0.37 + phase).to(device, dtype);
    };
    parameters.emplace_back("p" + std::to_string(i),
                            values(0.1 * static_cast<double>(i)).set_requires_grad(true));
    gradients.push_back(values(2.0 + static_cast<double>(i)));
  }
  AdamW optimizer(parameters, config);
  std::vector<at::Tensor> all;
  for (int step = 0; step < 3; ++step) {
    for (size_t i = 0; i < gradients.size(); ++i) {
      parameters[i].second.mutable_grad() = gradients[i].clone();
    }
    optimizer.collect_gradients();
    const UpdateStats stats = optimizer.step(0.01, scalar(4, device), scalar(1, device));
    all.push_back(stats.grad_norm.clone());
  }
  for (const auto& [name, tensor] : parameters) all.push_back(tensor.detach());
  for (const auto& [name, tensor] : optimizer.state()) all.push_back(tensor);
  return all;
}

TEST_CASE("many tensors of odd sizes: the CPU's states, and the same bits twice") {
  const auto dtype = GENERATE(at::kFloat, at::kBFloat16);
  const auto moments = GENERATE(assay::MomentDtype::kFp32, assay::MomentDtype::kBf16);
  const auto master_weights = GENERATE(true, false);
  const OptimizerConfig config{.moments = moments, .master_weights = master_weights};
  const auto cpu = many_after_updates(at::kCPU, dtype, config);
  const auto gpu = many_after_updates(at::kCUDA, dtype, config);
  const auto again = many_after_updates(at::kCUDA, dtype, config);
  for (size_t i = 0; i < cpu.size(); ++i) {
    CHECK(again[i].equal(gpu[i]));
    const double tolerance =
        cpu[i].scalar_type() == at::kFloat && moments != assay::MomentDtype::kBf16 ? 1e-5 : 2e-2;
    CHECK(at::allclose(gpu[i].cpu().to(at::kFloat), cpu[i].to(at::kFloat), tolerance, tolerance));
  }
}

TEST_CASE("a learning rate that lies on the device gives the same weights") {
  const auto moments =
      GENERATE(assay::MomentDtype::kFp32, assay::MomentDtype::kBf16, assay::MomentDtype::k8bit);
  Problem by_number(at::kCUDA);
  Problem by_tensor(at::kCUDA);
  AdamW a(by_number.parameters(), {.moments = moments});
  AdamW b(by_tensor.parameters(), {.moments = moments});
  const at::Tensor lr = at::zeros({}, at::TensorOptions(at::kCUDA).dtype(at::kFloat));
  for (const double rate : {0.01, 0.003}) {
    lr.fill_(rate);
    for (Problem* problem : {&by_number, &by_tensor}) problem->set_gradients();
    a.collect_gradients();
    b.collect_gradients();
    a.step(rate, scalar(4, at::kCUDA), scalar(1, at::kCUDA));
    b.step(lr, scalar(4, at::kCUDA), scalar(1, at::kCUDA));
    CHECK(at::equal(by_number.matrix, by_tensor.matrix));
    CHECK(at::equal(by_number.vector, by_tensor.vector));
  }
}

TEST_CASE("a step that is not finite is skipped on the device") {
  Problem problem(at::kCUDA);
  const auto moments =
      GENERATE(assay::MomentDtype::kFp32, assay::MomentDtype::kBf16, assay::MomentDtype::k8bit);
  AdamW optimizer(problem.parameters(), OptimizerConfig{.moments = moments});
  step(optimizer, problem);
  const at::Tensor before = problem.matrix.detach().clone();
  std::vector<at::Tensor> state;
  for (const auto& [name, tensor] : optimizer.state()) state.push_back(tensor.clone());
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  SECTION("by its loss") { CHECK(step(optimizer, problem, kNan).skipped.item<double>() == 1.0); }
  SECTION("by a gradient") {
    problem.gradients[0][3][5] = kNan;
    CHECK(step(optimizer, problem).skipped.item<double>() == 1.0);
  }
  CHECK(at::equal(problem.matrix, before));
  const NamedTensors after = optimizer.state();
  for (size_t i = 0; i < state.size(); ++i) CHECK(at::equal(after[i].second, state[i]));
}

}  // namespace
