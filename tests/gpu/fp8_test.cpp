#include <ATen/ATen.h>
#include <ATen/cuda/CUDAContext.h>

#include <catch2/catch.hpp>

#include <utility>
#include <vector>

#include "config/config.h"
#include "error/error.h"
#include "kernels/fp8_linear.h"
#include "kernels/fp8_product.h"
#include "models/fp8_layers.h"
#include "models/model_family.h"
#include "small_olmoe.h"
#include "train/fp8_support.h"
#include "train/model_tensors.h"

// Quantisation on the GPU has the bits of the CPU; products have other sums, and only compute
// capability 9 has them.
namespace {

using assay::kernels::fp8_grouped_linear;
using assay::kernels::fp8_linear;
using assay::kernels::Fp8Block;
using assay::kernels::Fp8Matrix;
using assay::kernels::quantise;
using assay::kernels::quantise_by_operators;
using assay::kernels::quantise_transposed;

bool has_fp8_products() { return at::cuda::getCurrentDeviceProperties()->major == 9; }

at::Tensor wide_numbers(int64_t num_rows, int64_t num_cols, at::ScalarType dtype) {
  const at::Tensor powers = at::randint(-30, 30, {num_rows, num_cols}, at::kFloat);
  at::Tensor x = at::randn({num_rows, num_cols}) * at::exp2(powers);
  x.masked_fill_(at::rand({num_rows, num_cols}) < 0.1, 0);
  return x.to(dtype);
}

void require_same_bits(const Fp8Matrix& gpu, const Fp8Matrix& cpu) {
  CHECK(gpu.values.is_cuda());
  CHECK(gpu.scales.strides() == cpu.scales.strides());
  CHECK(gpu.values.view(at::kByte).cpu().equal(cpu.values.view(at::kByte)));
  CHECK(gpu.scales.cpu().contiguous().view(at::kInt).equal(cpu.scales.contiguous().view(at::kInt)));
}

double relative_error(const at::Tensor& actual, const at::Tensor& expected) {
  const at::Tensor wide = expected.to(at::kDouble);
  return (actual.cpu().to(at::kDouble) - wide).norm().item<double>() / wide.norm().item<double>();
}

/// Value, gradient of x and gradient of the weight.
template <class F>
std::vector<at::Tensor> with_gradients(const at::Tensor& x, const at::Tensor& weight,
                                       const at::Tensor& grad, at::Device device, F product) {
  const at::Tensor leaf_x = x.to(device).set_requires_grad(true);
  const at::Tensor leaf_weight = weight.to(device).set_requires_grad(true);
  const at::Tensor y = product(leaf_x, leaf_weight);
  y.backward(grad.to(device));
  return {y.detach(), leaf_x.grad(), leaf_weight.grad()};
}

TEST_CASE("the GPU quantises to the bits of the CPU") {
  at::manual_seed(31);
  const auto dtype = GENERATE(at::kFloat, at::kBFloat16);
  const auto shape = GENERATE(std::pair{1, 1}, std::pair{3, 127}, std::pair{128, 128},
                              std::pair{129, 300}, std::pair{260, 17}, std::pair{512, 1024});
  at::Tensor x = wide_numbers(shape.first, shape.second, dtype);
  const auto bad = GENERATE(false, true);
  if (bad) x[shape.first - 1][0] = INFINITY;
  const at::Tensor on_gpu = x.cuda();
  for (const Fp8Block block : {Fp8Block::kTile, Fp8Block::kSquare, Fp8Block::kRow}) {
    require_same_bits(quantise(on_gpu, block), quantise(x, block));
    require_same_bits(quantise_by_operators(on_gpu, block), quantise(x, block));
  }
  require_same_bits(quantise_transposed(on_gpu), quantise_transposed(x));
}

TEST_CASE("linear layers in fp8 on the GPU are those of the CPU") {
  if (!has_fp8_products()) {
    WARN("no fp8 products on this GPU");
    return;
  }
  at::manual_seed(32);
  const auto [tokens, in, out] = GENERATE(std::tuple{1, 16, 32}, std::tuple{128, 128, 128},
                                          std::tuple{250, 272, 400}, std::tuple{512, 1024, 768});
  const at::Tensor x = at::randn({tokens, in}).to(at::kBFloat16);
  const at::Tensor weight = (at::randn({out, in}) * 0.02).to(at::kBFloat16);
  const at::Tensor grad = at::randn({tokens, out}).to(at::kBFloat16);
  const auto product = [](const at::Tensor& a, const at::Tensor& b) {
    return fp8_linear(a, b, {});
  };
  const auto cpu = with_gradients(x, weight, grad, at::kCPU, product);
  const auto gpu = with_gradients(x, weight, grad, at::kCUDA, product);
  for (size_t i = 0; i < cpu.size(); ++i) {
    INFO("0 is y, 1 is dx, 2 is dW: " << i);
    // Tensor cores add e4m3 products in about 14 bits before the scales come in.
    CHECK(relative_error(gpu[i], cpu[i]) < 5e-3);
  }
}

TEST_CASE("experts in fp8 on the GPU are those of the CPU") {
  if (!has_fp8_products()) return;
  at::manual_seed(33);
  // Of one tile a row as of two; counts that the library takes as they are as of others.
  const int64_t width = GENERATE(128, 144);
  const at::Tensor row_ends = at::tensor({48, 48, 203, 256}, at::kInt);
  const at::Tensor rows = at::randn({256, width}).to(at::kBFloat16);
  const at::Tensor weight = (at::randn({4, 48, width}) * 0.1).to(at::kBFloat16);
  const at::Tensor grad = at::randn({256, 48}).to(at::kBFloat16);
  const auto product = [&](const at::Tensor& a, const at::Tensor& b) {
    return fp8_grouped_linear(a, b, row_ends.to(a.device()));
  };
  const auto cpu = with_gradients(rows, weight, grad, at::kCPU, product);
  const auto gpu = with_gradients(rows, weight, grad, at::kCUDA, product);
  for (size_t i = 0; i < cpu.size(); ++i) CHECK(relative_error(gpu[i], cpu[i]) < 5e-3);
}

TEST_CASE("a model in fp8 has the same loss on the GPU as on the CPU") {
  if (!has_fp8_products()) {
    CHECK_THROWS_AS(assay::require_fp8_products(at::Device(at::kCUDA, 0)), assay::DeviceError);
    return;
  }
  std::vector<double> losses;
  for (const at::Device device : {at::Device(at::kCPU), at::Device(at::kCUDA, 0)}) {
    const auto model =
        assay::make_model(assay::read_toml(assay::testing::small_olmoe(128), {.name = "test"}), 1);
    assay::place_model(*model, device, assay::Precision::kFp8);
    assay::use_fp8(*model, {});
    const assay::LmOutput output = model->forward(assay::testing::batch_on(device));
    output.loss_sum.backward();
    losses.push_back(output.loss_sum.item<double>());
  }
  CHECK(losses[1] == Approx(losses[0]).epsilon(1e-2));
}

}  // namespace
