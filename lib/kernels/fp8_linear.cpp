#include "kernels/fp8_linear.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include <vector>

#include "kernels/fp8_product.h"
#include "kernels/fp8_quantise.h"

// Shapes: N tokens, M rows sorted by expert, E experts, I in, O out.
namespace assay::kernels {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

at::Tensor forward_product(const Fp8Matrix& x, const at::Tensor& weight_OI, at::ScalarType dtype) {
  return fp8_product(x, quantise(weight_OI, Fp8Block::kSquare), dtype);
}

at::Tensor input_gradient(const Fp8Matrix& grad, const at::Tensor& weight_OI,
                          at::ScalarType dtype) {
  return fp8_product(grad, transposed(quantise(weight_OI, Fp8Block::kSquare)), dtype);
}

/// From the gradient [N, O] and x^T [I, N] in tiles.
at::Tensor weight_gradient_of(const at::Tensor& grad_NO, const at::Tensor& columns_values,
                              const at::Tensor& columns_scales, at::ScalarType dtype) {
  const Fp8Matrix columns{
      .values = columns_values, .scales = columns_scales, .block = Fp8Block::kTile};
  return fp8_product(quantise_transposed(grad_NO), columns, dtype);
}

/// Whether the backward pass will ask for the gradient of the weight. Inside of forward nothing
/// requires a gradient any more.
bool keeps_columns(const at::Tensor& weight) {
  return at::GradMode::is_enabled() && weight.requires_grad();
}

class Fp8Linear : public torch::autograd::Function<Fp8Linear> {
 public:
  static at::Tensor forward(AutogradContext* ctx, const at::Tensor& x_NI,
                            const at::Tensor& weight_OI, bool keep_columns) {
    variable_list saved{weight_OI};
    if (keep_columns) {
      const Fp8Matrix columns = quantise_transposed(x_NI);
      saved.insert(saved.end(), {columns.values, columns.scales});
    }
    ctx->save_for_backward(saved);
    return forward_product(quantise(x_NI, Fp8Block::kTile), weight_OI, x_NI.scalar_type());
  }

  static variable_list backward(AutogradContext* ctx, const variable_list& grads) {
    const variable_list saved = ctx->get_saved_variables();
    const at::Tensor grad_NO = grads[0].contiguous();
    const at::ScalarType dtype = grad_NO.scalar_type();
    variable_list result(3);
    if (ctx->needs_input_grad(0)) {
      result[0] = input_gradient(quantise(grad_NO, Fp8Block::kTile), saved[0], dtype);
    }
    if (ctx->needs_input_grad(1)) {
      result[1] = weight_gradient_of(grad_NO, saved[1], saved[2], dtype);
    }
    return result;
  }
};

/// The last rows of experts, on the host.
std::vector<int64_t> ends_of(const at::Tensor& row_ends_E) {
  const at::Tensor ends = row_ends_E.to(at::kCPU, at::kLong).contiguous();
  return {ends.const_data_ptr<int64_t>(), ends.const_data_ptr<int64_t>() + ends.numel()};
}

/// Calls do_product(expert, first row, number of rows) for experts that have rows.
template <class F>
void for_each_filled(const std::vector<int64_t>& ends, const F& do_product) {
  int64_t begin = 0;
  for (size_t expert = 0; expert < ends.size(); ++expert) {
    const int64_t count = ends[expert] - begin;
    if (count > 0) do_product(static_cast<int64_t>(expert), begin, count);
    begin = ends[expert];
  }
}

class Fp8GroupedLinear : public torch::autograd::Function<Fp8GroupedLinear> {
 public:
  static at::Tensor forward(AutogradContext* ctx, const at::Tensor& rows_MI,
                            const at::Tensor& weight_EOI, const at::Tensor& row_ends_E,
                            bool keep_columns) {
    const std::vector<int64_t> ends = ends_of(row_ends_E);
    const Fp8Matrix tiles = quantise(rows_MI, Fp8Block::kTile);
    variable_list saved{weight_EOI};
    at::Tensor out_MO = at::empty({rows_MI.size(0), weight_EOI.size(1)}, rows_MI.options());
    for_each_filled(ends, [&](int64_t expert, int64_t begin, int64_t count) {
      out_MO.narrow(0, begin, count)
          .copy_(forward_product(rows_of(tiles, begin, count), weight_EOI[expert],
                                 rows_MI.scalar_type()));
      if (!keep_columns) return;
      // Tiles along the rows begin anew with each expert.
      const Fp8Matrix columns = quantise_transposed(rows_MI.narrow(0, begin, count));
      saved.insert(saved.end(), {columns.values, columns.scales});
    });
    ctx->save_for_backward(saved);
    ctx->saved_data["ends"] = ends;
    return out_MO;
  }

  static variable_list backward(AutogradContext* ctx, const variable_list& grads) {
    const variable_list saved = ctx->get_saved_variables();
    const std::vector<int64_t> ends = ctx->saved_data["ends"].toIntVector();
    const at::Tensor grad_MO = grads[0].contiguous();
    variable_list result(4);
    if (ctx->needs_input_grad(0)) result[0] = row_gradients(grad_MO, saved[0], ends);
    if (ctx->needs_input_grad(1)) result[1] = weight_gradients(grad_MO, saved, ends);
    return result;
  }

 private:
  static at::Tensor row_gradients(const at::Tensor& grad_MO, const at::Tensor& weight_EOI,
                                  const std::vector<int64_t>& ends) {
    const Fp8Matrix tiles = quantise(grad_MO, Fp8Block::kTile);
    at::Tensor out_MI = at::empty({grad_MO.size(0), weight_EOI.size(2)}, grad_MO.options());
    for_each_filled(ends, [&](int64_t expert, int64_t begin, int64_t count) {
      out_MI.narrow(0, begin, count)
          .copy_(input_gradient(rows_of(tiles, begin, count), weight_EOI[expert],
                                grad_MO.scalar_type()));
    });
    return out_MI;
  }

  static at::Tensor weight_gradients(const at::Tensor& grad_MO, const variable_list& saved,
                                     const std::vector<int64_t>& ends) {
    at::Tensor out_EOI = at::zeros(saved[0].sizes(), grad_MO.options());
    size_t next = 1;
    for_each_filled(ends, [&](int64_t expert, int64_t begin, int64_t count) {
      out_EOI[expert].copy_(weight_gradient_of(grad_MO.narrow(0, begin, count), saved[next],
                                               saved[next + 1], grad_MO.scalar_type()));
      next += 2;
    });
    return out_EOI;
  }
};

}  // namespace

at::Tensor fp8_linear(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) {
  const at::Tensor y_NO = Fp8Linear::apply(x.contiguous(), weight, keeps_columns(weight));
  return bias.defined() ? y_NO + bias : y_NO;
}

at::Tensor fp8_grouped_linear(const at::Tensor& rows, const at::Tensor& weight,
                              const at::Tensor& row_ends) {
  return Fp8GroupedLinear::apply(rows.contiguous(), weight, row_ends, keeps_columns(weight));
}

}  // namespace assay::kernels
