#include "train/adamw.h"

#include <ATen/ATen.h>

#include <catch2/catch.hpp>

#include <cmath>
#include <limits>
#include <map>

namespace {

using assay::AdamW;
using assay::NamedTensor;
using assay::OptimizerConfig;
using assay::UpdateStats;

at::Tensor parameter(std::vector<double> values, std::vector<int64_t> shape,
                     at::ScalarType dtype = at::kFloat) {
  return at::tensor(values, at::kDouble).view(shape).to(dtype).set_requires_grad(true);
}

void set_gradient(at::Tensor& parameter, std::vector<double> values) {
  parameter.mutable_grad() =
      at::tensor(values, at::kDouble).view(parameter.sizes()).to(parameter.scalar_type());
}

at::Tensor scalar(double value) { return at::scalar_tensor(value, at::kFloat); }

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// Algorithm 2 of Loshchilov & Hutter in double, for one number.
struct ReferenceAdamW {
  double m = 0.0;
  double v = 0.0;
  int t = 0;
  double update(double x, double g, double lr, double decay, const OptimizerConfig& c) {
    ++t;
    m = c.beta1 * m + (1 - c.beta1) * g;
    v = c.beta2 * v + (1 - c.beta2) * g * g;
    const double m_hat = m / (1 - std::pow(c.beta1, t));
    const double v_hat = v / (1 - std::pow(c.beta2, t));
    return x - lr * decay * x - lr * m_hat / (std::sqrt(v_hat) + c.epsilon);
  }
};

TEST_CASE("updates follow the published algorithm; matrices decay and vectors do not") {
  const OptimizerConfig config{.weight_decay = 0.1, .grad_clip = 0.0};
  at::Tensor matrix = parameter({1.0, -2.0}, {1, 2});
  at::Tensor vector = parameter({0.5}, {1});
  AdamW optimizer({{"matrix", matrix}, {"vector", vector}}, config);
  ReferenceAdamW reference_matrix;
  ReferenceAdamW reference_vector;
  double expected_matrix = 1.0;
  double expected_vector = 0.5;
  for (int step = 1; step <= 5; ++step) {
    const double g = 0.3 * step - 0.7;
    set_gradient(matrix, {4 * g, 1.0});
    set_gradient(vector, {4 * -g});
    optimizer.collect_gradients();
    optimizer.step(0.01, scalar(4), scalar(1));
    expected_matrix = reference_matrix.update(expected_matrix, g, 0.01, 0.1, config);
    expected_vector = reference_vector.update(expected_vector, -g, 0.01, 0.0, config);
    CHECK(matrix[0][0].item<double>() == Approx(expected_matrix).epsilon(1e-5));
    CHECK(vector[0].item<double>() == Approx(expected_vector).epsilon(1e-5));
  }
}

TEST_CASE("the learning rate may be a tensor, which the next update reads anew") {
  at::Tensor a = parameter({1.0, -2.0}, {1, 2});
  at::Tensor b = a.detach().clone().set_requires_grad(true);
  AdamW by_number({{"weight", a}}, {});
  AdamW by_tensor({{"weight", b}}, {});
  const at::Tensor lr = at::zeros({}, at::kDouble);
  for (const double rate : {0.01, 0.003}) {
    lr.fill_(rate);
    for (at::Tensor* weight : {&a, &b}) set_gradient(*weight, {0.4, -0.2});
    by_number.collect_gradients();
    by_tensor.collect_gradients();
    by_number.step(rate, scalar(1), scalar(1));
    by_tensor.step(lr, scalar(1), scalar(1));
    CHECK(at::equal(a, b));
  }
}

TEST_CASE("gradients that were forgotten are no part of the next update") {
  const auto dtype = GENERATE(at::kFloat, at::kBFloat16);
  at::Tensor a = parameter({1.0, -2.0}, {1, 2}, dtype);
  AdamW optimizer({{"weight", a}}, {.grad_clip = 0.0});
  set_gradient(a, {7.0, 7.0});
  optimizer.collect_gradients();
  set_gradient(a, {7.0, 7.0});
  optimizer.forget_gradients();
  CHECK_FALSE(a.grad().defined());
  set_gradient(a, {3.0, 4.0});
  optimizer.collect_gradients();
  CHECK(optimizer.step(0.1, scalar(1), scalar(1)).grad_norm.item<double>() == Approx(5.0));
}

TEST_CASE("clipping scales by the global norm of the mean gradient") {
  OptimizerConfig config{.beta1 = 0.0, .weight_decay = 0.0, .grad_clip = 1.0};
  at::Tensor a = parameter({0.0, 0.0}, {2, 1});
  at::Tensor b = parameter({0.0}, {1});
  AdamW optimizer({{"a", a}, {"b", b}}, config);
  set_gradient(a, {6.0, 0.0});
  set_gradient(b, {8.0});
  optimizer.collect_gradients();
  const UpdateStats stats = optimizer.step(0.1, scalar(2), scalar(1));
  CHECK(stats.grad_norm.item<double>() == Approx(5.0));
  // With beta1 = 0 the first moment is the clipped gradient itself.
  for (const auto& [name, tensor] : optimizer.state()) {
    if (name == "exp_avg.a") CHECK(tensor[0][0].item<double>() == Approx(3.0 / 5));
    if (name == "exp_avg.b") CHECK(tensor[0].item<double>() == Approx(4.0 / 5));
  }
}

TEST_CASE("gradients under the limit are not scaled") {
  OptimizerConfig config{.beta1 = 0.0, .grad_clip = 100.0};
  at::Tensor a = parameter({0.0}, {1});
  AdamW optimizer({{"a", a}}, config);
  set_gradient(a, {6.0});
  optimizer.collect_gradients();
  optimizer.step(0.1, scalar(2), scalar(1));
  CHECK(optimizer.state()[1].second[0].item<double>() == Approx(3.0));
}

TEST_CASE("a step that is not finite changes nothing and says so") {
  at::Tensor a = parameter({1.0, 2.0}, {2, 1});
  at::Tensor coded = at::randn({64, 64}).set_requires_grad(true);
  AdamW optimizer({{"a", a}, {"coded", coded}}, {.moments = assay::MomentDtype::k8bit});
  coded.mutable_grad() = at::randn({64, 64});
  set_gradient(a, {1.0, 1.0});
  optimizer.collect_gradients();
  CHECK(optimizer.step(0.1, scalar(1), scalar(1)).skipped.item<float>() == 0.0F);
  std::vector<at::Tensor> before;
  for (const auto& [name, tensor] : optimizer.state()) before.push_back(tensor.clone());
  const at::Tensor weights = a.detach().clone();

  SECTION("by its gradient") { set_gradient(a, {kNan, 1.0}); }
  SECTION("by an overflow") { set_gradient(a, {std::numeric_limits<double>::infinity(), 1.0}); }
  SECTION("by its loss") { set_gradient(a, {1.0, 1.0}); }
  optimizer.collect_gradients();
  const bool bad_gradient = !a.grad().isfinite().all().item<bool>();
  const UpdateStats stats = optimizer.step(0.1, scalar(1), scalar(bad_gradient ? 1 : kNan));
  CHECK(stats.skipped.item<float>() == 1.0F);
  CHECK(at::equal(a, weights));
  const auto state = optimizer.state();
  for (size_t i = 0; i < state.size(); ++i) CHECK(at::equal(state[i].second, before[i]));

  set_gradient(a, {1.0, 1.0});
  optimizer.collect_gradients();
  CHECK(optimizer.step(0.1, scalar(1), scalar(1)).skipped.item<float>() == 0.0F);
  CHECK_FALSE(at::equal(a, weights));
}

TEST_CASE("bf16 parameters follow fp32 masters, so that small updates are not lost") {
  const OptimizerConfig config{.weight_decay = 0.0};
  at::Tensor a = parameter({1.0}, {1, 1}, at::kBFloat16);
  AdamW optimizer({{"a", a}}, config);
  for (int step = 0; step < 100; ++step) {
    set_gradient(a, {1.0});
    optimizer.collect_gradients();
    optimizer.step(1e-4, scalar(1), scalar(1));
  }
  // One update is 1e-4, far below bf16's half step of 2^-9 just under 1.
  CHECK(a.scalar_type() == at::kBFloat16);
  CHECK(a.item<double>() == Approx(0.99).margin(0.004));
  bool has_master = false;
  for (const auto& [name, tensor] : optimizer.state()) {
    if (name != "master.a") continue;
    has_master = true;
    CHECK(tensor.item<double>() == Approx(0.99).epsilon(1e-4));
  }
  CHECK(has_master);
}

TEST_CASE("bf16 parameters without masters lose no small updates in the mean") {
  const OptimizerConfig config{
      .weight_decay = 0.0, .moments = assay::MomentDtype::kBf16, .master_weights = false};
  at::Tensor a = at::ones({64, 64}, at::kBFloat16).set_requires_grad(true);
  AdamW optimizer({{"a", a}}, config);
  for (int step = 0; step < 100; ++step) {
    a.mutable_grad() = at::ones({64, 64}, at::kBFloat16);
    optimizer.collect_gradients();
    optimizer.step(1e-4, scalar(1), scalar(1));
  }
  CHECK(a.detach().to(at::kDouble).mean().item<double>() == Approx(0.99).margin(4e-4));
  for (const auto& [name, tensor] : optimizer.state()) {
    CHECK(name != "master.a");
    if (name != "applied_steps") CHECK(tensor.scalar_type() == at::kBFloat16);
    const double mean = tensor.to(at::kDouble).mean().item<double>();
    // Of 4,096 like gradients, whose norm of 64 is clipped to 1.
    if (name == "exp_avg.a") CHECK(mean == Approx(1.0 / 64).epsilon(0.01));
    if (name == "exp_avg_sq.a") CHECK(mean == Approx(1.0 / 4096).epsilon(0.01));
  }
}

TEST_CASE("moments in 8 bits: large tensors, but no embeddings' tables") {
  const auto ones = [](at::IntArrayRef shape) { return at::ones(shape).set_requires_grad(true); };
  at::Tensor large = ones({64, 64});
  at::Tensor table = ones({64, 64});
  at::Tensor small = ones({4095});
  at::Tensor vector = ones({4097});
  AdamW optimizer({{"large", large}, {"table", table}, {"small", small}, {"vector", vector}},
                  {.weight_decay = 0.0, .moments = assay::MomentDtype::k8bit}, {"table"});
  std::map<std::string, at::Tensor> state;
  for (const auto& [name, tensor] : optimizer.state()) state[name] = tensor;
  for (const std::string moment : {"exp_avg", "exp_avg_sq"}) {
    CHECK(state.at(moment + ".large").scalar_type() == at::kByte);
    CHECK(state.at(moment + ".vector").scalar_type() == at::kByte);
    CHECK(state.at(moment + "_scales.large").sizes() == at::IntArrayRef{16});
    CHECK(state.at(moment + "_scales.vector").sizes() == at::IntArrayRef{17});
    CHECK(state.at(moment + ".table").scalar_type() == at::kFloat);
    CHECK(state.at(moment + ".small").scalar_type() == at::kFloat);
    CHECK_FALSE(state.contains(moment + "_scales.table"));
  }
  CHECK(state.at("moment_block").item<int64_t>() == 256);

  // Equal gradients: every number is its block's largest, which codes keep as it is.
  for (int step = 0; step < 3; ++step) {
    for (at::Tensor* one : {&large, &table, &small, &vector}) {
      one->mutable_grad() = at::ones_like(*one);
    }
    optimizer.collect_gradients();
    optimizer.step(0.01, scalar(1), scalar(1));
  }
  CHECK(at::allclose(large, table, 1e-6, 1e-7));
  CHECK(large[0][0].item<double>() == Approx(0.97).epsilon(1e-4));
  CHECK(at::allclose(vector, large.view({-1})[0].expand({4097}), 1e-6, 1e-7));
}

TEST_CASE("bf16 gradients of micro-batches are added in fp32") {
  at::Tensor a = parameter({0.0}, {1, 1}, at::kBFloat16);
  AdamW optimizer({{"a", a}}, {.beta1 = 0.0, .grad_clip = 0.0});
  for (const double gradient : {256.0, 1.0, 1.0}) {
    set_gradient(a, {gradient});
    optimizer.collect_gradients();
  }
  // bf16 has eight digits: 256 + 1 would stay 256.
  const UpdateStats stats = optimizer.step(0.1, scalar(1), scalar(1));
  CHECK(stats.grad_norm.item<double>() == 258.0);
}

TEST_CASE("a parameter without a gradient counts as zero") {
  at::Tensor used = parameter({1.0}, {1, 1});
  at::Tensor unused = parameter({1.0}, {1, 1});
  AdamW optimizer({{"used", used}, {"unused", unused}}, {.weight_decay = 0.0});
  set_gradient(used, {1.0});
  optimizer.collect_gradients();
  optimizer.step(0.1, scalar(1), scalar(1));
  CHECK(unused.item<double>() == 1.0);
  CHECK(used.item<double>() < 1.0);
}

}  // namespace
