#include "kernels/grouped_linear.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <catch2/catch.hpp>

#include <limits>

#include "gradient_check.h"
#include "kernels/kernel_paths.h"

using assay::kernels::grouped_linear;
using assay::kernels::require_difference_quotients;
using assay::kernels::require_same;
using assay::kernels::ShapeDraw;
using assay::kernels::with_gradient_of_used_experts;

namespace {

at::Tensor expert_by_expert(const std::vector<at::Tensor>& in, const at::Tensor& row_ends) {
  std::vector<at::Tensor> parts;
  int64_t begin = 0;
  for (int64_t expert = 0; expert < row_ends.numel(); ++expert) {
    const auto end = row_ends[expert].item<int64_t>();
    parts.push_back(at::mm(in[0].slice(0, begin, end), in[1][expert].t()));
    begin = end;
  }
  return at::cat(parts);
}

}  // namespace

TEST_CASE("a grouped product and its gradients are one product an expert") {
  at::manual_seed(6);
  const at::Tensor row_ends = at::tensor({3, 3, 10, 11}, at::kInt);
  require_same([&](const auto& in) { return grouped_linear(in[0], in[1], row_ends); },
               [&](const auto& in) { return expert_by_expert(in, row_ends); },
               {at::randn({11, 8}), at::randn({4, 6, 8})});
}

TEST_CASE("an expert without rows gets a gradient of zeros") {
  const at::Tensor row_ends = at::tensor({2, 2, 4}, at::kInt);
  const at::Tensor weight = at::randn({3, 6, 8}).set_requires_grad(true);
  grouped_linear(at::randn({4, 8}), weight, row_ends).sum().backward();
  CHECK(weight.grad()[1].equal(at::zeros({6, 8})));
  CHECK(weight.grad()[0].abs().sum().item<float>() > 0);
}

TEST_CASE("what a library leaves in the gradient of an expert without rows is taken out") {
  const at::Tensor row_ends = at::tensor({0, 2, 2, 5, 5}, at::kInt);
  const at::Tensor weight = at::randn({5, 6, 8}).set_requires_grad(true);
  at::Tensor grad = at::randn({5, 6, 8});
  for (const int64_t idle : {0, 2, 4}) {
    grad[idle].fill_(std::numeric_limits<float>::quiet_NaN());
  }
  const at::Tensor used = with_gradient_of_used_experts(weight, row_ends);
  CHECK(used.equal(weight));
  used.backward(grad);
  for (const int64_t idle : {0, 2, 4}) CHECK(weight.grad()[idle].equal(at::zeros({6, 8})));
  for (const int64_t busy : {1, 3}) CHECK(weight.grad()[busy].equal(grad[busy]));
}

TEST_CASE("a grouped product in bf16 agrees with fp32") {
  at::manual_seed(6);
  const at::Tensor row_ends = at::tensor({32, 32, 96, 128}, at::kInt);
  require_same([&](const auto& in) { return grouped_linear(in[0], in[1], row_ends); },
               [&](const auto& in) { return expert_by_expert(in, row_ends); },
               {at::randn({128, 64}).to(at::kBFloat16), at::randn({4, 32, 64}).to(at::kBFloat16)},
               2e-2, 0.1);
}

TEST_CASE("many experts give the same bits on one thread and on two") {
  at::manual_seed(6);
  const int64_t experts = 40;
  at::Tensor row_ends = at::randint(0, 9, {experts}, at::kInt).cumsum(0).to(at::kInt);
  const std::vector<at::Tensor> inputs{at::randn({row_ends[experts - 1].item<int64_t>(), 16}),
                                       at::randn({experts, 12, 16})};
  const auto product = [&](const auto& in) { return grouped_linear(in[0], in[1], row_ends); };
  const int threads = at::get_num_threads();
  at::set_num_threads(1);
  const auto alone = assay::kernels::value_and_gradients(product, inputs);
  at::set_num_threads(2);
  const auto spread = assay::kernels::value_and_gradients(product, inputs);
  at::set_num_threads(threads);
  for (size_t i = 0; i < alone.size(); ++i) CHECK(alone[i].equal(spread[i]));
  require_same(
      product, [&](const auto& in) { return expert_by_expert(in, row_ends); }, inputs);
}

TEST_CASE("fp64 gradients of a grouped product are its difference quotients") {
  at::manual_seed(33);
  const at::Tensor row_ends = at::tensor({2, 2, 5}, at::kInt);
  require_difference_quotients(
      [&](const auto& in) { return grouped_linear(in[0], in[1], row_ends); },
      {at::randn({5, 3}), at::randn({3, 2, 3})});
}

TEST_CASE("a grouped product is one product an expert at 40 shapes, some experts without rows") {
  at::manual_seed(34);
  ShapeDraw draw(34);
  for (int round = 0; round < 40; ++round) {
    const int64_t experts = draw.up_to(12);
    const int64_t in_width = draw.up_to(40);
    const int64_t out_width = draw.up_to(40);
    const at::Tensor counts = at::randint(0, 2 + draw.up_to(9), {experts}, at::kInt);
    const at::Tensor row_ends = counts.cumsum(0).to(at::kInt);
    const auto rows = row_ends[experts - 1].item<int64_t>();
    INFO(rows << " rows, " << experts << " experts, " << in_width << " to " << out_width);
    require_same([&](const auto& in) { return grouped_linear(in[0], in[1], row_ends); },
                 [&](const auto& in) { return expert_by_expert(in, row_ends); },
                 {at::randn({rows, in_width}), at::randn({experts, out_width, in_width})}, 1e-4,
                 1e-4);
  }
}

TEST_CASE("where paths are timed, both ways to multiply experts give the same result") {
  const bool grouped_is_faster = GENERATE(true, false);
  int timed = 0;
  assay::kernels::KernelPaths paths({.stopwatch = [&](const std::function<void()>& work) {
    work();
    const bool is_grouped = timed++ < 4;
    return is_grouped == grouped_is_faster ? 1e-3 : 2e-3;
  }});
  const assay::kernels::UseKernelPaths use(paths);
  at::manual_seed(6);
  const at::Tensor row_ends = at::tensor({32, 32, 96, 128}, at::kInt);
  require_same([&](const auto& in) { return grouped_linear(in[0], in[1], row_ends); },
               [&](const auto& in) { return expert_by_expert(in, row_ends); },
               {at::randn({128, 64}).to(at::kBFloat16), at::randn({4, 32, 64}).to(at::kBFloat16)},
               2e-2, 0.1);
  const std::vector<assay::kernels::PathChoice> choices = paths.take_new();
  REQUIRE(choices.size() == 1);
  CHECK(choices[0].timings[choices[0].chosen].name ==
        (grouped_is_faster ? "grouped" : "one product an expert"));
}

TEST_CASE("where no path may wait for the device, experts are not timed") {
  int timed = 0;
  assay::kernels::KernelPaths paths({.stopwatch =
                                         [&](const std::function<void()>& work) {
                                           work();
                                           return ++timed * 1e-3;
                                         },
                                     .may_wait = false});
  const assay::kernels::UseKernelPaths use(paths);
  grouped_linear(at::randn({4, 8}), at::randn({3, 6, 8}), at::tensor({2, 2, 4}, at::kInt));
  CHECK(timed == 0);
}
