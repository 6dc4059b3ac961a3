#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>

#include <catch2/catch.hpp>

#include <cmath>
#include <functional>
#include <utility>
#include <vector>

#include "kernels/capacity_layout.h"
#include "kernels/cross_entropy.h"
#include "kernels/expert_layout.h"
#include "kernels/gelu.h"
#include "kernels/linear_cross_entropy.h"
#include "kernels/rms_norm.h"
#include "kernels/rms_norm_rotary.h"
#include "kernels/rotary.h"
#include "kernels/routing.h"
#include "kernels/swiglu.h"

// Each kernel on the GPU against the CPU's loops, which tests/kernels holds against LibTorch's
// operators; and twice, since no kernel's result may depend on which block was first.
namespace {

using namespace assay::kernels;
using Tensors = std::vector<at::Tensor>;
using Computation = std::function<at::Tensor(const Tensors&)>;

/// The value of `computation` on a device and the gradients of a weighted sum of it.
Tensors value_and_gradients_on(at::Device device, const Computation& computation,
                               const Tensors& inputs) {
  Tensors leaves;
  leaves.reserve(inputs.size());
  for (const at::Tensor& input : inputs) {
    leaves.push_back(input.detach().to(device, input.scalar_type(), false, /*copy=*/true));
    leaves.back().set_requires_grad(true);
  }
  const at::Tensor result = computation(leaves);
  at::Generator generator = at::detail::createCPUGenerator(97);
  const at::Tensor weights = at::randn(result.sizes(), generator, at::kFloat).to(device);
  const at::Tensor value = result.detach().clone();
  Tensors all = torch::autograd::grad({(result.to(at::kFloat) * weights).sum()}, leaves);
  all.insert(all.begin(), value);
  return all;
}

void require_same_on_gpu(const Computation& computation, const Tensors& inputs) {
  const bool narrow = inputs[0].scalar_type() == at::kBFloat16;
  const Tensors cpu = value_and_gradients_on(at::kCPU, computation, inputs);
  const Tensors gpu = value_and_gradients_on(at::Device(at::kCUDA, 0), computation, inputs);
  const Tensors again = value_and_gradients_on(at::Device(at::kCUDA, 0), computation, inputs);
  for (size_t i = 0; i < cpu.size(); ++i) {
    const at::Tensor expected = cpu[i].to(at::kDouble);
    const at::Tensor actual = gpu[i].cpu().to(at::kDouble);
    const double scale = expected.abs().mean().item<double>() + 1e-3;
    INFO("output " << i << " (0 is the value), largest difference "
                   << (actual - expected).abs().max().item<double>() << ", scale " << scale);
    CHECK(gpu[i].is_cuda());
    CHECK(gpu[i].scalar_type() == cpu[i].scalar_type());
    CHECK(at::allclose(actual, expected, narrow ? 2e-2 : 1e-4, (narrow ? 2e-2 : 1e-4) * scale));
    CHECK(again[i].equal(gpu[i]));
  }
}

at::Tensor drawn(at::IntArrayRef sizes, at::ScalarType dtype) {
  return at::randn(sizes, at::kFloat).to(dtype);
}

/// Rows and widths: widths that no wide load divides, a model's, a large one.
std::pair<int64_t, int64_t> some_rows() {
  return GENERATE(std::pair{1, 5}, std::pair{3, 17}, std::pair{70, 33}, std::pair{5, 64},
                  std::pair{700, 768}, std::pair{300, 4096}, std::pair{9, 12288},
                  std::pair{9, 16384});
}

at::ScalarType some_dtype() { return GENERATE(at::kFloat, at::kBFloat16); }

TEST_CASE("cross-entropy on the GPU is the CPU's, kept and overwritten") {
  at::manual_seed(71);
  const auto dtype = some_dtype();
  const auto use = GENERATE(LogitsUse::kKeep, LogitsUse::kOverwrite);
  const auto [num, width] =
      GENERATE(std::pair{1, 1}, std::pair{40, 131}, std::pair{64, 50304}, std::pair{16, 151936});
  const at::Tensor targets = at::randint(-1, width, {num}, at::kLong);
  const at::Tensor weight = at::rand({num});
  require_same_on_gpu(
      [&](const auto& in) {
        // A product with 1: what is overwritten is not a leaf.
        return cross_entropy_sum(in[0] * 1, targets.to(in[0].device()), weight.to(in[0].device()),
                                 use);
      },
      {drawn({num, width}, dtype) * 4});
}

TEST_CASE("the head in shares on the GPU is the CPU's") {
  at::manual_seed(72);
  const auto dtype = some_dtype();
  const at::Tensor targets = at::randint(-1, 1000, {90}, at::kLong);
  require_same_on_gpu(
      [&](const auto& in) {
        return linear_cross_entropy_sum(in[0], in[1], targets.to(in[0].device()), {}, 32);
      },
      {drawn({90, 64}, dtype), drawn({1000, 64}, dtype)});
}

TEST_CASE("a logit that is not finite makes the GPU's loss so") {
  for (const float bad : {NAN, INFINITY, -INFINITY}) {
    at::Tensor logits = at::zeros({3, 5000});
    logits[1][4000] = bad;
    const at::Tensor targets = at::tensor({1, -1, 1}, at::kLong);
    CHECK_FALSE(std::isfinite(cross_entropy_sum(logits.cuda(), targets.cuda(), {}).item<float>()));
  }
}

TEST_CASE("overwritten logits have no second gradient on the GPU") {
  const at::Tensor leaf = at::randn({3, 40}).cuda().set_requires_grad(true);
  const at::Tensor loss =
      cross_entropy_sum(leaf * 1, at::zeros({3}, at::kLong).cuda(), {}, LogitsUse::kOverwrite);
  loss.backward({}, /*retain_graph=*/true);
  CHECK_THROWS_WITH(loss.backward(), Catch::Contains("hold their gradient already"));
}

TEST_CASE("the RMS norm on the GPU is the CPU's, with and without an addition") {
  at::manual_seed(73);
  const auto dtype = some_dtype();
  const auto [num, width] = some_rows();
  INFO(num << " rows of " << width);
  const at::Tensor weight = (at::rand({width}) + 0.5).to(dtype);
  require_same_on_gpu([](const auto& in) { return rms_norm(in[0], in[1], 1e-5); },
                      {drawn({num, width}, dtype), weight});
  require_same_on_gpu(
      [](const auto& in) {
        const NormedSum both = add_rms_norm(in[0], in[1], in[2], 1e-5);
        return both.sum + both.normed;
      },
      {drawn({num, width}, dtype), drawn({num, width}, dtype), weight});
}

TEST_CASE("SwiGLU and GELU on the GPU are the CPU's") {
  at::manual_seed(74);
  const auto dtype = some_dtype();
  const auto [num, width] = some_rows();
  INFO(num << " rows of " << width);
  require_same_on_gpu([](const auto& in) { return swiglu(in[0]); },
                      {drawn({num, 2 * width}, dtype) * 3});
  require_same_on_gpu([](const auto& in) { return gelu_tanh(in[0]); },
                      {drawn({num, width}, dtype) * 3});
}

TEST_CASE("both layouts of pairs are turned on the GPU as on the CPU") {
  at::manual_seed(75);
  const auto dtype = some_dtype();
  const auto [heads, half] =
      GENERATE(std::pair{1, 1}, std::pair{3, 5}, std::pair{12, 32}, std::pair{128, 64});
  const int64_t batch = 3;
  const int64_t seq_len = 20;
  for (const int64_t rows : {int64_t{1}, batch}) {
    const RotaryAngles angles =
        rotary_angles(at::randint(0, 500, {rows, seq_len}, at::kLong), 2 * half, 1e4);
    const auto angles_of = [&](const at::Tensor& x) {
      return RotaryAngles{angles.cos.to(x.device()), angles.sin.to(x.device())};
    };
    const Tensors x = {drawn({batch, seq_len, heads, 2 * half}, dtype)};
    require_same_on_gpu([&](const auto& in) { return rotate_half(in[0], angles_of(in[0])); }, x);
    require_same_on_gpu([&](const auto& in) { return rotate_neighbours(in[0], angles_of(in[0])); },
                        x);
  }
}

TEST_CASE("heads of a joint projection are normed and turned on the GPU as on the CPU") {
  at::manual_seed(79);
  const auto dtype = some_dtype();
  const auto [heads, half] = GENERATE(std::pair{1, 1}, std::pair{3, 5}, std::pair{16, 64},
                                      std::pair{8, 32}, std::pair{2, 128}, std::pair{1, 1536});
  const int64_t batch = 3;
  const int64_t seq_len = 70;
  const int64_t width = heads * 2 * half;
  INFO(heads << " heads of " << 2 * half);
  const at::Tensor weight = (at::rand({2 * half}) + 0.5).to(dtype);
  for (const int64_t rows : {int64_t{1}, batch}) {
    const RotaryAngles angles =
        rotary_angles(at::randint(0, 500, {rows, seq_len}, at::kLong), 2 * half, 1e4);
    require_same_on_gpu(
        [&](const auto& in) {
          const at::Tensor middle =
              in[0].narrow(1, width, width).reshape({batch, seq_len, heads, 2 * half});
          return rms_norm_rotate_half(
              middle, in[1], 1e-6, {angles.cos.to(in[0].device()), angles.sin.to(in[0].device())});
        },
        {drawn({batch * seq_len, 3 * width}, dtype), weight});
  }
}

/// A mixture whose experts multiply by themselves.
at::Tensor mixed(const at::Tensor& tokens, const at::Tensor& weights, const ExpertLayout& layout) {
  const at::Tensor rows = dispatch_rows(tokens, layout);
  return combine_rows(rows * rows, weights, layout);
}

TEST_CASE("dispatch and combine on the GPU are the CPU's") {
  at::manual_seed(76);
  const auto dtype = some_dtype();
  const auto [num, width] = some_rows();
  const auto top_k = GENERATE(1, 2, 8);
  INFO(num << " tokens of " << top_k << " rows of " << width);
  const at::Tensor choices = std::get<1>(at::rand({num, 16}).topk(top_k));
  require_same_on_gpu(
      [&](const auto& in) {
        return mixed(in[0], in[1], expert_layout(choices.to(in[0].device()), 16, 1));
      },
      {drawn({num, width}, dtype), at::rand({num, top_k})});
}

TEST_CASE("dropped choices leave on the GPU what they leave on the CPU") {
  at::manual_seed(77);
  const auto dtype = some_dtype();
  const at::Tensor choices = std::get<1>((at::rand({64, 8}) + at::arange(8) * 0.1).topk(2));
  require_same_on_gpu(
      [&](const auto& in) {
        const CapacityLayout layout = capacity_layout(choices.to(in[0].device()), 8, 10, 1);
        return mixed(in[0], in[1] * layout.kept, layout.rows);
      },
      {drawn({64, 48}, dtype), at::rand({64, 2})});
}

TEST_CASE("nothing costs nothing on the GPU") {
  const at::Tensor none = at::empty({0, 8}).cuda();
  CHECK(cross_entropy_sum(none, at::empty({0}, at::kLong).cuda(), {}).item<float>() == 0);
  CHECK(rms_norm(none, at::ones({8}).cuda(), 1e-5).sizes() == none.sizes());
  const RotaryAngles angles = rotary_angles(at::arange(3, at::kLong).view({1, 3}).cuda(), 8, 1e4);
  const at::Tensor no_heads = at::empty({0, 3, 2, 8}).cuda();
  CHECK(rms_norm_rotate_half(no_heads, at::ones({8}).cuda(), 1e-5, angles).sizes() ==
        no_heads.sizes());
  CHECK(swiglu(none).sizes() == at::IntArrayRef({0, 4}));
  CHECK(gelu_tanh(none).sizes() == none.sizes());
}

TEST_CASE("the router on the GPU is the CPU's, ties included") {
  at::manual_seed(78);
  const auto scoring = GENERATE(Scoring::kSoftmax, Scoring::kSigmoid);
  const RoutingRule rule{.scoring = scoring,
                         .top_k = 8,
                         .num_groups = 8,
                         .top_groups = 4,
                         .renormalize = true,
                         .scale = 2.5};
  require_same_on_gpu(
      [&](const auto& in) {
        const RoutedTokens routed = route(in[0], {}, {}, rule);
        return at::cat({routed.scores, routed.weights}, 1);
      },
      {at::randn({200, 256}).div(0.25).round() * 0.25});
}

}  // namespace
