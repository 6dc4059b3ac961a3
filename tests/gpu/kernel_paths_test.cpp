#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>

#include <catch2/catch.hpp>

#include <vector>

#include "kernels/grouped_linear.h"
#include "kernels/kernel_paths.h"
#include "kernels/scaled_attention.h"
#include "profile/device_stopwatch.h"

// Each kernel that a GPU has for a shape computes what the plain one does, and one of them is
// chosen by its time.
namespace {

using assay::kernels::AttentionKernel;
using assay::kernels::AttentionOperands;
using assay::kernels::KernelPaths;
using assay::kernels::PathChoice;
using assay::kernels::UseKernelPaths;

struct Shape {
  int64_t heads;
  int64_t key_heads;
  int64_t key_width;
  int64_t value_width;
};

std::vector<at::Tensor> value_and_gradients(const Shape& shape,
                                            const KernelPaths::Options& options) {
  KernelPaths paths(options);
  const UseKernelPaths use(paths);
  at::manual_seed(11);
  const auto random = [](int64_t heads, int64_t width) {
    return at::randn({2, heads, 256, width}).to(at::kCUDA, at::kBFloat16).set_requires_grad(true);
  };
  const AttentionOperands of{.queries = random(shape.heads, shape.key_width),
                             .keys = random(shape.key_heads, shape.key_width),
                             .values = random(shape.key_heads, shape.value_width),
                             .causal = true,
                             .training = true};
  const at::Tensor out = assay::kernels::scaled_attention(of);
  std::vector<at::Tensor> all =
      torch::autograd::grad({out.to(at::kFloat).sum()}, {of.queries, of.keys, of.values});
  all.insert(all.begin(), out.detach());
  return all;
}

TEST_CASE("the fastest attention of each shape computes what the plain one does") {
  const auto shape = GENERATE(Shape{12, 12, 64, 64}, Shape{16, 4, 128, 128}, Shape{8, 8, 192, 128});
  const std::vector<at::Tensor> plain =
      value_and_gradients(shape, {.attention = AttentionKernel::kMath});
  const std::vector<at::Tensor> fastest =
      value_and_gradients(shape, {.stopwatch = assay::device_stopwatch(at::kCUDA)});
  for (size_t i = 0; i < plain.size(); ++i) {
    INFO("0 is the value, then gradients of queries, keys, values: " << i);
    CHECK(at::allclose(plain[i].to(at::kFloat), fastest[i].to(at::kFloat), 2e-2, 2e-2));
  }
}

TEST_CASE("a GPU times several kernels for one shape and keeps one") {
  KernelPaths paths({.stopwatch = assay::device_stopwatch(at::kCUDA)});
  const UseKernelPaths use(paths);
  const at::Tensor x = at::randn({4, 12, 512, 64}).to(at::kCUDA, at::kBFloat16);
  for (int pass = 0; pass < 2; ++pass) {
    assay::kernels::scaled_attention(
        {.queries = x, .keys = x, .values = x, .causal = true, .training = true});
  }
  const std::vector<PathChoice> choices = paths.take_new();
  REQUIRE(choices.size() == 1);
  int able = 0;
  for (const PathChoice::Timing& timing : choices[0].timings) able += timing.seconds ? 1 : 0;
  WARN(to_string(choices[0]));
  CHECK(able >= 3);
}

TEST_CASE("flash attention by documents computes what the plain kernel does under the mask") {
  const auto kernel = GENERATE(AttentionKernel::kFlash, AttentionKernel::kAuto);
  const std::vector<int64_t> lengths{200, 56, 1, 30, 225};
  const at::Tensor document =
      at::repeat_interleave(at::tensor(at::ArrayRef<int64_t>(lengths), at::kLong)).view({2, 256});
  at::manual_seed(13);
  AttentionOperands of{
      .mask = document.unsqueeze(2).eq(document.unsqueeze(1)).tril().unsqueeze(1).cuda(),
      .documents = assay::kernels::packed_documents(lengths, at::Device(at::kCUDA, 0)),
      .training = true};
  for (at::Tensor* heads : {&of.queries, &of.keys, &of.values}) {
    const int64_t num = heads == &of.queries ? 16 : 4;
    *heads = at::randn({2, num, 256, 64}).to(at::kCUDA, at::kBFloat16).set_requires_grad(true);
  }
  const auto both_ways = [&](const KernelPaths::Options& options) {
    KernelPaths paths(options);
    const UseKernelPaths use(paths);
    const at::Tensor out = assay::kernels::scaled_attention(of);
    std::vector<at::Tensor> all =
        torch::autograd::grad({out.to(at::kFloat).sum()}, {of.queries, of.keys, of.values});
    all.push_back(out.detach());
    if (options.stopwatch) WARN(to_string(paths.take_new().at(0)));
    return all;
  };
  const auto plain = both_ways({.attention = AttentionKernel::kMath});
  const auto got =
      both_ways({.attention = kernel, .stopwatch = assay::device_stopwatch(at::kCUDA)});
  for (size_t i = 0; i < plain.size(); ++i) {
    INFO("gradients of queries, keys, values, then the value: " << i);
    CHECK(at::allclose(plain[i].to(at::kFloat), got[i].to(at::kFloat), 2e-2, 2e-2));
  }
}

TEST_CASE("experts by one grouped product or by one each are the same") {
  KernelPaths paths({.stopwatch = assay::device_stopwatch(at::kCUDA)});
  const UseKernelPaths use(paths);
  at::manual_seed(12);
  const at::Tensor rows = at::randn({512, 256}).to(at::kCUDA, at::kBFloat16);
  const at::Tensor weight = at::randn({8, 128, 256}).to(at::kCUDA, at::kBFloat16);
  const at::Tensor ends = at::tensor({64, 64, 128, 200, 300, 301, 400, 512}, at::kInt).cuda();
  const at::Tensor fastest = assay::kernels::grouped_linear(rows, weight, ends);
  WARN(to_string(paths.take_new().at(0)));
  const at::Tensor on_cpu = assay::kernels::grouped_linear(rows.cpu(), weight.cpu(), ends.cpu());
  CHECK(at::allclose(fastest.cpu().to(at::kFloat), on_cpu.to(at::kFloat), 2e-2, 0.2));
}

TEST_CASE("the gradient of an expert without rows is zero whatever was in memory") {
  const at::Tensor ends = at::tensor({0, 64, 64, 128}, at::kInt).cuda();
  const at::Tensor rows = at::randn({128, 256}).to(at::kCUDA, at::kBFloat16);
  const at::Tensor weight =
      at::randn({4, 128, 256}).to(at::kCUDA, at::kBFloat16).set_requires_grad(true);
  for (int i = 0; i < 3; ++i) {
    at::full({4, 128, 256}, 7, weight.options().requires_grad(false));  // memory that is free again
    weight.mutable_grad() = at::Tensor();
    assay::kernels::grouped_linear(rows, weight, ends).sum().backward();
    for (const int64_t idle : {0, 2}) CHECK(weight.grad()[idle].abs().sum().item<float>() == 0);
    for (const int64_t busy : {1, 3}) CHECK(weight.grad()[busy].abs().sum().item<float>() > 0);
  }
}

}  // namespace
