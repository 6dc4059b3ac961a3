#include "kernels/scaled_attention.h"

#include <ATen/ATen.h>
#include <ATen/Context.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <torch/csrc/autograd/autograd.h>

#include <array>
#include <vector>

#include "error/error.h"
#include "kernels/kernel_paths.h"
#include "kernels/product.h"

namespace assay::kernels {
namespace {

struct AttentionPath {
  AttentionKernel kernel = AttentionKernel::kAuto;
  bool repeats_heads = true;
};

std::string_view name_of(AttentionKernel kernel) {
  constexpr std::array<std::string_view, 5> kNames{"auto", "flash", "efficient", "cudnn", "math"};
  return kNames.at(static_cast<size_t>(kernel));
}

/// Lets LibTorch's attention use one kernel only, while it lives.
class OneKernel {
 public:
  explicit OneKernel(AttentionKernel kernel) {
    if (kernel == AttentionKernel::kAuto) return;
    set({kernel == AttentionKernel::kFlash, kernel == AttentionKernel::kEfficient,
         kernel == AttentionKernel::kCudnn, kernel == AttentionKernel::kMath});
  }
  ~OneKernel() { set(before_); }
  OneKernel(const OneKernel&) = delete;
  OneKernel& operator=(const OneKernel&) = delete;

 private:
  using Flags = std::array<bool, 4>;
  static Flags in_force() {
    const at::Context& context = at::globalContext();
    return {context.userEnabledFlashSDP(), context.userEnabledMemEfficientSDP(),
            context.userEnabledCuDNNSDP(), context.userEnabledMathSDP()};
  }
  static void set(const Flags& flags) {
    at::Context& context = at::globalContext();
    context.setSDPUseFlash(flags[0]);
    context.setSDPUseMemEfficient(flags[1]);
    context.setSDPUseCuDNN(flags[2]);
    context.setSDPUseMath(flags[3]);
  }
  Flags before_ = in_force();
};

at::Tensor compute(const AttentionOperands& of, const AttentionPath& path) {
  const OneKernel one_kernel(path.kernel);
  const int64_t num_heads = of.queries.size(1);
  std::optional<at::Tensor> mask;
  if (of.mask.defined()) mask = of.mask;
  if (!path.repeats_heads) {
    return at::scaled_dot_product_attention(of.queries, of.keys, of.values, mask, /*dropout_p=*/0.0,
                                            of.causal, of.scale, /*enable_gqa=*/true);
  }
  return at::scaled_dot_product_attention(of.queries, repeat_heads(of.keys, num_heads),
                                          repeat_heads(of.values, num_heads), mask,
                                          /*dropout_p=*/0.0, of.causal, of.scale);
}

/// Forward and backward on numbers of the same shape and place.
void compute_both_ways(const AttentionOperands& of, const AttentionPath& path) {
  const at::AutoGradMode with_gradients(true);
  AttentionOperands leaves = of;
  for (at::Tensor* leaf : {&leaves.queries, &leaves.keys, &leaves.values}) {
    *leaf = leaf->detach().set_requires_grad(true);
  }
  const at::Tensor out = compute(leaves, path);
  torch::autograd::grad({out}, {leaves.queries, leaves.keys, leaves.values}, {at::ones_like(out)});
}

std::vector<AttentionPath> paths_for(const AttentionOperands& of, AttentionKernel asked_for) {
  std::vector<AttentionPath> paths;
  const bool shares_heads = of.queries.size(1) != of.keys.size(1);
  for (const AttentionKernel kernel : {AttentionKernel::kFlash, AttentionKernel::kEfficient,
                                       AttentionKernel::kCudnn, AttentionKernel::kMath}) {
    if (asked_for != AttentionKernel::kAuto && kernel != asked_for) continue;
    if (shares_heads) paths.push_back({kernel, /*repeats_heads=*/false});
    paths.push_back({kernel, /*repeats_heads=*/true});
  }
  return paths;
}

std::string shape_of(const AttentionOperands& of) {
  return fmt::format("attention q {} k {} v {} {}{}", fmt::join(of.queries.sizes(), "x"),
                     fmt::join(of.keys.sizes(), "x"), fmt::join(of.values.sizes(), "x"),
                     c10::toString(of.queries.scalar_type()),
                     of.mask.defined() ? ", mask"
                     : of.causal       ? ", causal"
                                       : "");
}

AttentionPath fastest_path(const AttentionOperands& of, KernelPaths& known) {
  const std::vector<AttentionPath> paths = paths_for(of, known.options().attention);
  const std::string shape = shape_of(of);
  if (const std::optional<size_t> chosen = known.chosen(shape)) return paths[*chosen];
  std::vector<KernelPath> named;
  for (const AttentionPath& path : paths) {
    const bool says_heads = of.queries.size(1) != of.keys.size(1);
    const std::string_view heads = !says_heads          ? ""
                                   : path.repeats_heads ? " repeated heads"
                                                        : " shared heads";
    named.push_back({fmt::format("{}{}", name_of(path.kernel), heads),
                     [&of, path] { compute_both_ways(of, path); }});
  }
  return paths[known.choose(shape, named)];
}

}  // namespace

at::Tensor repeat_heads(const at::Tensor& x_BHSd, int64_t num_heads) {
  if (x_BHSd.size(1) == num_heads) return x_BHSd;
  if (x_BHSd.size(1) == 1) return x_BHSd.expand({-1, num_heads, -1, -1});
  return x_BHSd.repeat_interleave(num_heads / x_BHSd.size(1), 1);
}

at::Tensor scaled_attention(const AttentionOperands& operands) {
  const at::Tensor& queries = operands.queries;
  // On a CPU, heads of unequal sizes are computed by LibTorch's plain products.
  if (queries.size(-1) != operands.values.size(-1) && widens_products(queries)) {
    AttentionOperands wide = operands;
    for (at::Tensor* x : {&wide.queries, &wide.keys, &wide.values}) *x = widened_for_product(*x);
    return scaled_attention(wide).to(queries.scalar_type());
  }
  KernelPaths* paths = operands.training ? kernel_paths() : nullptr;
  if (paths == nullptr) return compute(operands, {});
  const AttentionKernel asked_for = paths->options().attention;
  if (paths->times_paths()) return compute(operands, fastest_path(operands, *paths));
  if (asked_for == AttentionKernel::kAuto) return compute(operands, {});
  try {
    return compute(operands, {.kernel = asked_for});
  } catch (const c10::OutOfMemoryError&) {
    throw;
  } catch (const c10::Error& error) {
    throw DeviceError(fmt::format("[kernels] {} is not computed by the kernel {}: {}",
                                  shape_of(operands), name_of(asked_for),
                                  error.what_without_backtrace()));
  }
}

}  // namespace assay::kernels
