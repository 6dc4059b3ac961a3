#include "kernels/grouped_linear.h"

#include <ATen/Parallel.h>
#include <ATen/ops/_grouped_mm.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>

#include <array>
#include <atomic>
#include <vector>

#if ASSAY_CUDA
#include <ATen/cuda/CUDAContextLight.h>
#endif

#include "kernels/kernel_paths.h"
#include "kernels/product.h"

// Shapes: M rows sorted by expert, E experts, I in, O out.
namespace assay::kernels {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// An expert's rows.
struct ExpertRows {
  int64_t expert = 0;
  int64_t begin = 0;
  int64_t count = 0;
};

std::vector<ExpertRows> rows_of_experts(const at::Tensor& given_ends_E) {
  const at::Tensor row_ends_E = given_ends_E.cpu();  // on a GPU this waits for it
  const int32_t* ends = row_ends_E.const_data_ptr<int32_t>();
  std::vector<ExpertRows> experts;
  int64_t begin = 0;
  for (int64_t expert = 0; expert < row_ends_E.numel(); ++expert) {
    experts.push_back({expert, begin, ends[expert] - begin});
    begin = ends[expert];
  }
  return experts;
}

/// Calls do_product for each expert. Many small experts are spread over the threads, one product a
/// thread, whoever is free takes the next; few large ones share their products' threads. Measured
/// on two cores in bf16 (whole steps): 64 experts 426 ms spread, 492 ms shared; 8 experts 362 and
/// 347 ms.
template <class F>
void for_each_expert(const at::Tensor& row_ends_E, F do_product) {
  constexpr int64_t kExpertsPerThread = 8;
  const std::vector<ExpertRows> experts = rows_of_experts(row_ends_E);
  const bool one_thread = at::in_parallel_region() || !row_ends_E.is_cpu();
  const int64_t num_threads = one_thread ? 1 : at::get_num_threads();
  if (num_threads == 1 || row_ends_E.numel() < kExpertsPerThread * num_threads) {
    for (const ExpertRows& rows : experts) do_product(rows);
    return;
  }
  std::atomic<size_t> next = 0;
  at::parallel_for(0, num_threads, 1, [&](int64_t first, int64_t last) {
    const at::AutoDispatchBelowADInplaceOrView no_autograd;  // of this thread
    for (int64_t share = first; share < last; ++share) {
      for (size_t i = next++; i < experts.size(); i = next++) do_product(experts[i]);
    }
  });
}

at::Tensor row_gradient(const at::Tensor& grad_MO, const at::Tensor& weight_EOI,
                        const at::Tensor& row_ends_E) {
  at::Tensor grad_rows_MI = at::empty({grad_MO.size(0), weight_EOI.size(2)}, grad_MO.options());
  for_each_expert(row_ends_E, [&](const ExpertRows& of) {
    const auto [expert, begin, count] = of;
    if (count == 0) return;
    at::Tensor out = grad_rows_MI.narrow(0, begin, count);
    product_out(out, grad_MO.narrow(0, begin, count), weight_EOI.select(0, expert));
  });
  return grad_rows_MI;
}

at::Tensor weight_gradient(const at::Tensor& grad_MO, const at::Tensor& rows_MI,
                           const at::Tensor& row_ends_E) {
  at::Tensor grad_weight_EOI =
      at::empty({row_ends_E.numel(), grad_MO.size(1), rows_MI.size(1)}, grad_MO.options());
  for_each_expert(row_ends_E, [&](const ExpertRows& of) {
    const auto [expert, begin, count] = of;
    at::Tensor out = grad_weight_EOI.select(0, expert);
    if (count == 0) {
      out.zero_();
      return;
    }
    product_out(out, grad_MO.narrow(0, begin, count).t(), rows_MI.narrow(0, begin, count));
  });
  return grad_weight_EOI;
}

class GroupedLinearByExpert : public torch::autograd::Function<GroupedLinearByExpert> {
 public:
  static at::Tensor forward(AutogradContext* ctx, const at::Tensor& rows_MI,
                            const at::Tensor& weight_EOI, const at::Tensor& row_ends_E) {
    ctx->save_for_backward({rows_MI, weight_EOI, row_ends_E});
    at::Tensor out_MO = at::empty({rows_MI.size(0), weight_EOI.size(1)}, rows_MI.options());
    for_each_expert(row_ends_E, [&](const ExpertRows& of) {
      const auto [expert, begin, count] = of;
      if (count == 0) return;
      at::Tensor out = out_MO.narrow(0, begin, count);
      product_out(out, rows_MI.narrow(0, begin, count), weight_EOI.select(0, expert).t());
    });
    return out_MO;
  }

  static variable_list backward(AutogradContext* ctx, const variable_list& grads) {
    const variable_list saved = ctx->get_saved_variables();
    const at::Tensor grad_MO = grads[0].contiguous();
    return {row_gradient(grad_MO, saved[1], saved[2]),
            weight_gradient(grad_MO, saved[0], saved[2]),
            {}};
  }
};

/// Hands on a gradient in plain memory order: the backward of _grouped_mm refuses expanded ones.
class ContiguousGradient : public torch::autograd::Function<ContiguousGradient> {
 public:
  static at::Tensor forward(AutogradContext*, const at::Tensor& x) { return x.view_as(x); }
  static variable_list backward(AutogradContext*, const variable_list& grads) {
    return {grads[0].contiguous()};
  }
};

class GradientOfUsedExperts : public torch::autograd::Function<GradientOfUsedExperts> {
 public:
  static at::Tensor forward(AutogradContext* ctx, const at::Tensor& weight_EOI,
                            const at::Tensor& row_ends_E) {
    ctx->save_for_backward({row_ends_E});
    return weight_EOI.view_as(weight_EOI);
  }
  static variable_list backward(AutogradContext* ctx, const variable_list& grads) {
    const at::Tensor row_ends_E = ctx->get_saved_variables()[0];
    const at::Tensor counts_E =
        at::diff(row_ends_E, 1, 0, /*prepend=*/at::zeros({1}, row_ends_E.options()));
    return {grads[0].masked_fill((counts_E == 0).view({-1, 1, 1}), 0), {}};
  }
};

/// Whether the library's grouped product leaves gradients of experts without rows unwritten.
bool leaves_idle_experts(const at::Tensor& x) {
#if ASSAY_CUDA
  return x.is_cuda() && at::cuda::getDeviceProperties(x.get_device())->major >= 10;
#else
  static_cast<void>(x);
  return false;
#endif
}

enum class Path { kByExpert, kGrouped };

at::Tensor compute(Path path, const at::Tensor& rows_MI, const at::Tensor& weight_EOI,
                   const at::Tensor& row_ends_E) {
  if (path == Path::kByExpert) return GroupedLinearByExpert::apply(rows_MI, weight_EOI, row_ends_E);
  const at::Tensor weight = leaves_idle_experts(rows_MI)
                                ? with_gradient_of_used_experts(weight_EOI, row_ends_E)
                                : weight_EOI;
  return ContiguousGradient::apply(at::_grouped_mm(rows_MI, weight.transpose(-2, -1), row_ends_E));
}

/// Forward and backward on the same numbers.
void compute_both_ways(Path path, const at::Tensor& rows_MI, const at::Tensor& weight_EOI,
                       const at::Tensor& row_ends_E) {
  const at::AutoGradMode with_gradients(true);
  const at::Tensor rows = rows_MI.detach().set_requires_grad(true);
  const at::Tensor weight = weight_EOI.detach().set_requires_grad(true);
  const at::Tensor out = compute(path, rows, weight, row_ends_E);
  torch::autograd::grad({out}, {rows, weight}, {at::ones_like(out)});
}

Path path_for(const at::Tensor& rows_MI, const at::Tensor& weight_EOI,
              const at::Tensor& row_ends_E) {
  const Path usual = rows_MI.is_cuda() ? Path::kGrouped : Path::kByExpert;
  KernelPaths* known = kernel_paths();
  if (known == nullptr || !known->times_paths() || !known->options().may_wait) return usual;
  constexpr std::array kPaths{Path::kGrouped, Path::kByExpert};
  const std::string shape =
      fmt::format("experts rows {} weights {} {}", fmt::join(rows_MI.sizes(), "x"),
                  fmt::join(weight_EOI.sizes(), "x"), c10::toString(rows_MI.scalar_type()));
  if (const std::optional<size_t> chosen = known->chosen(shape)) return kPaths.at(*chosen);
  const auto both_ways = [&](Path path) {
    return [&, path] { compute_both_ways(path, rows_MI, weight_EOI, row_ends_E); };
  };
  const std::array named{KernelPath{"grouped", both_ways(Path::kGrouped)},
                         KernelPath{"one product an expert", both_ways(Path::kByExpert)}};
  return kPaths.at(known->choose(shape, named));
}

}  // namespace

at::Tensor with_gradient_of_used_experts(const at::Tensor& weight, const at::Tensor& row_ends) {
  return GradientOfUsedExperts::apply(weight, row_ends);
}

at::Tensor grouped_linear(const at::Tensor& rows, const at::Tensor& weight,
                          const at::Tensor& row_ends) {
  return compute(path_for(rows, weight, row_ends), rows, weight, row_ends);
}

}  // namespace assay::kernels
