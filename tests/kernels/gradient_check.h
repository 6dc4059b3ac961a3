#pragma once

#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <functional>
#include <random>
#include <vector>

namespace assay::kernels {

using Computation = std::function<at::Tensor(const std::vector<at::Tensor>&)>;

/// Runs `computation` on fresh leaves with the values of `inputs`; the result and the gradients of
/// its sum weighted with fixed random numbers.
inline std::vector<at::Tensor> value_and_gradients(const Computation& computation,
                                                   const std::vector<at::Tensor>& inputs) {
  std::vector<at::Tensor> leaves;
  leaves.reserve(inputs.size());
  for (const at::Tensor& input : inputs) {
    leaves.push_back(input.detach().clone().set_requires_grad(true));
  }
  const at::Tensor result = computation(leaves);
  at::Generator generator = at::detail::createCPUGenerator(99);
  const at::Tensor weights = at::randn(result.sizes(), generator, at::kFloat);
  std::vector<at::Tensor> all =
      torch::autograd::grad({(result.to(at::kFloat) * weights).sum()}, leaves);
  all.insert(all.begin(), result.detach());
  return all;
}

/// Requires that two computations agree in value and in the gradients of all `inputs`.
inline void require_same(const Computation& ours, const Computation& reference,
                         const std::vector<at::Tensor>& inputs, double rtol = 1e-4,
                         double atol = 1e-5) {
  const auto left = value_and_gradients(ours, inputs);
  const auto right = value_and_gradients(reference, inputs);
  for (size_t i = 0; i < left.size(); ++i) {
    INFO("output " << i << " (0 is the value, then gradients in order), largest difference "
                   << (left[i].to(at::kFloat) - right[i].to(at::kFloat)).abs().max().item<float>());
    REQUIRE(left[i].sizes() == right[i].sizes());
    CHECK(at::allclose(left[i].to(at::kFloat), right[i].to(at::kFloat), rtol, atol));
  }
}

/// Requires that in fp64 the gradients of a weighted sum of `computation` by all `inputs` are its
/// central difference quotients.
inline void require_difference_quotients(const Computation& computation,
                                         const std::vector<at::Tensor>& inputs,
                                         double margin = 1e-7) {
  std::vector<at::Tensor> leaves;
  leaves.reserve(inputs.size());
  for (const at::Tensor& input : inputs) {
    leaves.push_back(input.detach().to(at::kDouble).clone().contiguous().set_requires_grad(true));
  }
  const at::Tensor result = computation(leaves);
  REQUIRE(result.scalar_type() == at::kDouble);
  at::Generator generator = at::detail::createCPUGenerator(98);
  const at::Tensor weights = at::randn(result.sizes(), generator, at::kDouble);
  const auto gradients = torch::autograd::grad({(result * weights).sum()}, leaves);
  const auto value = [&] { return (computation(leaves) * weights).sum().item<double>(); };
  const at::NoGradGuard no_grad;
  constexpr double kStep = 1e-5;
  for (size_t i = 0; i < leaves.size(); ++i) {
    at::Tensor numbers = leaves[i].view({-1});
    const at::Tensor gradient = gradients[i].reshape({-1});
    for (int64_t place = 0; place < numbers.numel(); ++place) {
      const auto before = numbers[place].item<double>();
      numbers[place] = before + kStep;
      const double above = value();
      numbers[place] = before - kStep;
      const double below = value();
      numbers[place] = before;
      INFO("input " << i << ", number " << place);
      CHECK(gradient[place].item<double>() ==
            Approx((above - below) / (2 * kStep)).epsilon(1e-6).margin(margin));
    }
  }
}

/// Sizes for tests at many shapes, the same in every run: small ones, 1 included, and such that no
/// vector register's width divides them.
class ShapeDraw {
 public:
  explicit ShapeDraw(uint64_t seed) : engine_(seed) {}

  int64_t up_to(int64_t most) { return std::uniform_int_distribution<int64_t>(1, most)(engine_); }
  bool one_in(int64_t many) { return up_to(many) == 1; }

 private:
  std::mt19937_64 engine_;
};

}  // namespace assay::kernels
