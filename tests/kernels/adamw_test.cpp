#include "kernels/adamw.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <catch2/catch.hpp>
#include <cmath>

#include "gradient_check.h"
#include "kernels/stochastic_rounding.h"

using namespace assay::kernels;

namespace {

using Shape = std::vector<int64_t>;

/// Tensors of one update, some shorter and some longer than what a thread takes at once.
struct Lists {
  std::vector<at::Tensor> weights, gradients, exp_avgs, exp_avg_sqs, outputs;

  explicit Lists(at::ScalarType gradient_dtype,
                 const std::vector<Shape>& shapes = {{7}, {300, 129}, {1, 1}, {65, 1024}}) {
    at::manual_seed(3);
    for (const Shape& shape : shapes) {
      weights.push_back(at::randn(shape));
      gradients.push_back((at::randn(shape) * 3).to(gradient_dtype));
      exp_avgs.push_back(at::randn(shape));
      exp_avg_sqs.push_back(at::rand(shape));
      outputs.push_back(at::zeros(shape, at::kBFloat16));
    }
  }
  [[nodiscard]] AdamWTensors tensors(const std::vector<at::Tensor>& narrow) const {
    return {weights, gradients, exp_avgs, exp_avg_sqs, narrow, {}};
  }
};

constexpr double kLr = 0.01;
constexpr double kDecay = 0.1;
constexpr double kBeta1 = 0.9;
constexpr double kBeta2 = 0.95;
constexpr double kEpsilon = 1e-8;
constexpr double kGradFactor = 0.25;
constexpr int kStep = 7;

rows::AdamWStep constants() {
  return {.grad_factor = kGradFactor,
          .beta1 = kBeta1,
          .beta2 = kBeta2,
          .epsilon = kEpsilon,
          .keep = 1 - kLr * kDecay,
          .rate = static_cast<float>(kLr / (1 - std::pow(kBeta1, kStep))),
          .second_factor = static_cast<float>(1 / std::sqrt(1 - std::pow(kBeta2, kStep)))};
}

/// The same by LibTorch's kernel.
void reference_update(Lists& lists) {
  std::vector<at::Tensor> wide;
  std::vector<at::Tensor> steps(lists.weights.size(), at::full({1}, kStep, at::kFloat));
  for (const at::Tensor& gradient : lists.gradients) wide.push_back(gradient.to(at::kFloat));
  at::_fused_adamw_(lists.weights, wide, lists.exp_avgs, lists.exp_avg_sqs, {}, steps, kLr, kBeta1,
                    kBeta2, kDecay, kEpsilon, false, false, at::full({}, 1 / kGradFactor),
                    at::zeros({}));
}

}  // namespace

TEST_CASE("one AdamW pass is LibTorch's fused kernel, for fp32 and bf16 gradients") {
  for (const at::ScalarType dtype : {at::kFloat, at::kBFloat16}) {
    const Lists ours(dtype);
    Lists theirs(dtype);
    adamw_update(ours.tensors({}), constants());
    reference_update(theirs);
    for (size_t i = 0; i < ours.weights.size(); ++i) {
      CHECK(at::allclose(ours.weights[i], theirs.weights[i], 1e-5, 1e-6));
      CHECK(at::allclose(ours.exp_avgs[i], theirs.exp_avgs[i], 1e-5, 1e-6));
      CHECK(at::allclose(ours.exp_avg_sqs[i], theirs.exp_avg_sqs[i], 1e-5, 1e-6));
    }
  }
}

TEST_CASE("bf16 weights are the masters rounded, in the same pass") {
  const Lists lists(at::kBFloat16);
  adamw_update(lists.tensors(lists.outputs), constants());
  for (size_t i = 0; i < lists.weights.size(); ++i) {
    CHECK(lists.outputs[i].equal(lists.weights[i].to(at::kBFloat16)));
  }
}

TEST_CASE("states in bf16 are those in fp32 rounded at random, with the operators' bits") {
  for (const bool narrow_weights : {false, true}) {
    Lists wide(at::kBFloat16);
    Lists narrow(at::kBFloat16);
    const std::vector<uint32_t> keys{5, 0xFFFFFFF0U, 77, 1};
    for (size_t i = 0; i < keys.size(); ++i) {
      for (auto lists : {&Lists::exp_avgs, &Lists::exp_avg_sqs}) {
        (narrow.*lists)[i] = (wide.*lists)[i].to(at::kBFloat16);
        (wide.*lists)[i] = (narrow.*lists)[i].to(at::kFloat);
      }
      if (!narrow_weights) continue;
      narrow.weights[i] = wide.weights[i].to(at::kBFloat16);
      wide.weights[i] = narrow.weights[i].to(at::kFloat);
    }
    adamw_update(wide.tensors({}), constants());
    const std::vector<at::Tensor> no_outputs;
    AdamWTensors tensors = narrow.tensors(no_outputs);
    tensors.rounding_keys = keys;
    adamw_update(tensors, constants());
    for (size_t i = 0; i < keys.size(); ++i) {
      const at::Tensor key = at::scalar_tensor(static_cast<int64_t>(keys[i]), at::kLong);
      const auto check_rounded = [&](const at::Tensor& actual, const at::Tensor& exact, Draw draw) {
        const at::Tensor expected = rounded_at_random(exact, key, draw);
        // A sum that is rounded once or twice in fp32 may fall on the other side of a draw.
        CHECK(actual.eq(expected).to(at::kDouble).mean().item<double>() > 0.999);
        CHECK(at::allclose(actual.to(at::kFloat), exact, 1.0 / 128, 1e-6));
      };
      check_rounded(narrow.exp_avgs[i], wide.exp_avgs[i], Draw::kFirstLow);
      check_rounded(narrow.exp_avg_sqs[i], wide.exp_avg_sqs[i], Draw::kFirstHigh);
      if (narrow_weights) {
        check_rounded(narrow.weights[i], wide.weights[i], Draw::kSecondLow);
      } else {
        CHECK(at::allclose(narrow.weights[i], wide.weights[i], 1e-5, 1e-6));
      }
    }
  }
}

TEST_CASE("the sum of squares is that of fp64 and does not depend on the number of threads") {
  for (const at::ScalarType dtype : {at::kFloat, at::kBFloat16}) {
    const Lists lists(dtype);
    double expected = 0;
    for (const at::Tensor& gradient : lists.gradients) {
      expected += gradient.to(at::kDouble).square().sum().item<double>();
    }
    const double sum = sum_of_squares(lists.gradients);
    CHECK(sum == Approx(expected).epsilon(1e-6));
    const int threads = at::get_num_threads();
    at::set_num_threads(threads == 1 ? 2 : 1);
    CHECK(sum_of_squares(lists.gradients) == sum);
    at::set_num_threads(threads);
  }
}

TEST_CASE("a gradient that is not finite shows in the sum of squares") {
  for (const float bad : {std::nanf(""), HUGE_VALF}) {
    std::vector<at::Tensor> tensors{at::ones({5000}), at::ones({70000})};
    tensors[1][69999] = bad;
    CHECK_FALSE(std::isfinite(sum_of_squares(tensors)));
  }
}

TEST_CASE("one AdamW pass is LibTorch's fused kernel at 30 lists of shapes") {
  ShapeDraw draw(38);
  for (int round = 0; round < 30; ++round) {
    std::vector<Shape> shapes;
    for (int64_t i = draw.up_to(6); i > 0; --i) {
      shapes.push_back(draw.one_in(2) ? Shape{draw.up_to(5000)}
                                      : Shape{draw.up_to(90), draw.up_to(500)});
    }
    const at::ScalarType dtype = draw.one_in(2) ? at::kFloat : at::kBFloat16;
    const Lists ours(dtype, shapes);
    Lists theirs(dtype, shapes);
    adamw_update(ours.tensors(ours.outputs), constants());
    reference_update(theirs);
    double squares = 0;
    for (size_t i = 0; i < shapes.size(); ++i) {
      INFO(ours.weights[i].sizes() << ", " << at::toString(dtype));
      CHECK(at::allclose(ours.weights[i], theirs.weights[i], 1e-5, 1e-6));
      CHECK(at::allclose(ours.exp_avgs[i], theirs.exp_avgs[i], 1e-5, 1e-6));
      CHECK(at::allclose(ours.exp_avg_sqs[i], theirs.exp_avg_sqs[i], 1e-5, 1e-6));
      CHECK(ours.outputs[i].equal(ours.weights[i].to(at::kBFloat16)));
      squares += ours.gradients[i].to(at::kDouble).square().sum().item<double>();
    }
    CHECK(sum_of_squares(ours.gradients) == Approx(squares).epsilon(1e-6));
  }
}
