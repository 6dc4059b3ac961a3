#include "kernels/grouped_linear.h"

#include <ATen/ops/_grouped_mm.h>
#include <torch/csrc/autograd/custom_function.h>

// Shapes: M rows sorted by expert, E experts, I in, O out.
namespace assay::kernels {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// Calls do_product(expert, first row, number of rows) for each expert that has rows.
template <class F>
void for_each_expert(const at::Tensor& row_ends_E, F do_product) {
  const int32_t* ends = row_ends_E.const_data_ptr<int32_t>();
  int64_t begin = 0;
  for (int64_t expert = 0; expert < row_ends_E.numel(); ++expert) {
    do_product(expert, begin, ends[expert] - begin);
    begin = ends[expert];
  }
}

at::Tensor row_gradient(const at::Tensor& grad_MO, const at::Tensor& weight_EOI,
                        const at::Tensor& row_ends_E) {
  at::Tensor grad_rows_MI = at::empty({grad_MO.size(0), weight_EOI.size(2)}, grad_MO.options());
  for_each_expert(row_ends_E, [&](int64_t expert, int64_t begin, int64_t count) {
    if (count == 0) return;
    at::Tensor out = grad_rows_MI.narrow(0, begin, count);
    at::mm_out(out, grad_MO.narrow(0, begin, count), weight_EOI.select(0, expert));
  });
  return grad_rows_MI;
}

at::Tensor weight_gradient(const at::Tensor& grad_MO, const at::Tensor& rows_MI,
                           const at::Tensor& row_ends_E) {
  at::Tensor grad_weight_EOI =
      at::empty({row_ends_E.numel(), grad_MO.size(1), rows_MI.size(1)}, grad_MO.options());
  for_each_expert(row_ends_E, [&](int64_t expert, int64_t begin, int64_t count) {
    at::Tensor out = grad_weight_EOI.select(0, expert);
    if (count == 0) {
      out.zero_();
      return;
    }
    at::mm_out(out, grad_MO.narrow(0, begin, count).t(), rows_MI.narrow(0, begin, count));
  });
  return grad_weight_EOI;
}

class GroupedLinearOnCpu : public torch::autograd::Function<GroupedLinearOnCpu> {
 public:
  static at::Tensor forward(AutogradContext* ctx, const at::Tensor& rows_MI,
                            const at::Tensor& weight_EOI, const at::Tensor& row_ends_E) {
    ctx->save_for_backward({rows_MI, weight_EOI, row_ends_E});
    at::Tensor out_MO = at::empty({rows_MI.size(0), weight_EOI.size(1)}, rows_MI.options());
    for_each_expert(row_ends_E, [&](int64_t expert, int64_t begin, int64_t count) {
      if (count == 0) return;
      at::Tensor out = out_MO.narrow(0, begin, count);
      at::mm_out(out, rows_MI.narrow(0, begin, count), weight_EOI.select(0, expert).t());
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

}  // namespace

at::Tensor grouped_linear(const at::Tensor& rows, const at::Tensor& weight,
                          const at::Tensor& row_ends) {
  if (!rows.is_cuda()) return GroupedLinearOnCpu::apply(rows, weight, row_ends);
  return ContiguousGradient::apply(at::_grouped_mm(rows, weight.transpose(-2, -1), row_ends));
}

}  // namespace assay::kernels
