#pragma once

#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>

#include <catch2/catch.hpp>
#include <functional>
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

}  // namespace assay::kernels
