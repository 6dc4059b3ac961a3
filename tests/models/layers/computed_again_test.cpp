#include "models/layers/computed_again.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>

#include <catch2/catch.hpp>
#include <random>

using assay::models::computed_again;
using assay::models::ModelPart;
using assay::models::PartResult;

namespace {

at::Tensor leaf(at::IntArrayRef shape, at::ScalarType dtype = at::kFloat) {
  return at::randn(shape, dtype).set_requires_grad(true);
}

/// The gradients of a and b where `result` is pulled back from its first tensor.
std::vector<at::Tensor> gradients(const PartResult& result, std::vector<at::Tensor> leaves) {
  for (at::Tensor& tensor : leaves) tensor.mutable_grad().reset();
  result.differentiable.front().square().sum().backward();
  std::vector<at::Tensor> grads;
  for (const at::Tensor& tensor : leaves) grads.push_back(tensor.grad().clone());
  return grads;
}

}  // namespace

TEST_CASE("values and gradients are those of the plain call bit by bit, at random shapes") {
  std::mt19937 engine(7);
  std::uniform_int_distribution<int64_t> size(1, 40);
  for (const at::ScalarType dtype : {at::kFloat, at::kBFloat16, at::kDouble}) {
    for (int round = 0; round < 5; ++round) {
      const int64_t rows = size(engine);
      const int64_t width = size(engine);
      const at::Tensor x = leaf({rows, width}, dtype);
      const at::Tensor y = leaf({width}, dtype);
      const at::Tensor weight = leaf({width, width}, dtype);
      const ModelPart part = [&](const std::vector<at::Tensor>& in) {
        return PartResult{{at::tanh(at::matmul(in[0], weight) * in[1]) + in[0]}};
      };
      const PartResult plain = part({x, y});
      const auto expected = gradients(plain, {x, y, weight});
      const PartResult again = computed_again(part, {x, y});
      CHECK(again.differentiable[0].equal(plain.differentiable[0]));
      const auto actual = gradients(again, {x, y, weight});
      for (size_t i = 0; i < expected.size(); ++i) CHECK(actual[i].equal(expected[i]));
    }
  }
}

TEST_CASE("the gradient in fp64 is the slope") {
  const at::Tensor weight = leaf({3, 3}, at::kDouble);
  const ModelPart part = [&](const std::vector<at::Tensor>& in) {
    return PartResult{{at::sigmoid(at::matmul(in[0], weight)).square()}};
  };
  at::Tensor x = leaf({4, 3}, at::kDouble);
  computed_again(part, {x}).differentiable[0].sum().backward();
  const at::NoGradGuard no_grad;
  constexpr double kStep = 1e-6;
  for (int64_t i = 0; i < x.numel(); ++i) {
    const auto loss_at = [&](double distance) {
      at::Tensor moved = x.detach().clone();
      moved.view({-1})[i] += distance;
      return part({moved}).differentiable[0].sum().item<double>();
    };
    const double slope = (loss_at(kStep) - loss_at(-kStep)) / (2 * kStep);
    CHECK(x.grad().view({-1})[i].item<double>() == Approx(slope).epsilon(1e-7).margin(1e-9));
  }
}

TEST_CASE("the second run has the random numbers of the first, and those after it are untouched") {
  const at::Tensor x = leaf({64, 8});
  const ModelPart part = [](const std::vector<at::Tensor>& in) {
    return PartResult{{at::dropout(in[0], 0.5, true) * at::rand({8})}};
  };
  const auto run = [&](bool again) {
    at::manual_seed(5);
    const PartResult result = again ? computed_again(part, {x}) : part({x});
    const at::Tensor between = at::rand({3});
    std::vector<at::Tensor> all = gradients(result, {x});
    all.insert(all.end(), {result.differentiable[0].detach(), between, at::rand({3})});
    return all;
  };
  const auto plain = run(false);
  const auto again = run(true);
  CHECK(plain[0].eq(0).any().item<bool>());
  for (size_t i = 0; i < plain.size(); ++i) CHECK(again[i].equal(plain[i]));
}

TEST_CASE("undefined results stay undefined, and counts have no gradient") {
  const at::Tensor x = leaf({5});
  const ModelPart part = [](const std::vector<at::Tensor>& in) {
    return PartResult{.differentiable = {in[0] * 2, at::Tensor(), in[0].sum()},
                      .others = {at::Tensor(), in[0].detach().to(at::kDouble), in[0].gt(0)}};
  };
  const PartResult result = computed_again(part, {x});
  CHECK(result.differentiable[0].requires_grad());
  CHECK_FALSE(result.differentiable[1].defined());
  CHECK(result.differentiable[2].requires_grad());
  CHECK_FALSE(result.others[0].defined());
  CHECK_FALSE(result.others[1].requires_grad());
  CHECK_FALSE(result.others[2].requires_grad());
  result.differentiable[2].backward();  // without a gradient of the other
  CHECK(x.grad().equal(at::ones({5})));
}

TEST_CASE("a gradient that is there already is added to") {
  const at::Tensor x = leaf({4, 4});
  const at::Tensor weight = leaf({4, 4});
  const ModelPart part = [&](const std::vector<at::Tensor>& in) {
    return PartResult{{at::matmul(in[0], weight)}};
  };
  for (int i = 0; i < 2; ++i) computed_again(part, {x}).differentiable[0].sum().backward();
  const at::Tensor once = at::matmul(x.detach().t(), at::ones({4, 4}));
  CHECK(at::allclose(weight.grad(), 2 * once));
}

TEST_CASE("inputs that want no gradient are refused") {
  const ModelPart part = [](const std::vector<at::Tensor>& in) { return PartResult{{in[0] * 2}}; };
  CHECK_THROWS_WITH(computed_again(part, {at::ones({2})}), Catch::Contains("wants a gradient"));
}
