#include "kernels/rotary.h"

#include <torch/csrc/autograd/custom_function.h>

#include "kernels/row_loops.h"
#include "kernels/row_split.h"
#include "kernels/wide_dtype.h"

// Shapes: B sequences, T positions, H heads, d features of a head, h = d/2.
namespace assay::kernels {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

at::Tensor turn(const at::Tensor& x_BTHd, const at::Tensor& cos_BTh, const at::Tensor& sin_BTh) {
  const auto halves = x_BTHd.to(wide_dtype(x_BTHd)).chunk(2, -1);
  const at::Tensor cos = cos_BTh.unsqueeze(-2);
  const at::Tensor sin = sin_BTh.unsqueeze(-2);
  const at::Tensor turned =
      at::cat({halves[0] * cos - halves[1] * sin, halves[1] * cos + halves[0] * sin}, /*dim=*/-1);
  return turned.to(x_BTHd.scalar_type());
}

at::Tensor turn_rows(const at::Tensor& x_BTHd, const at::Tensor& cos_BTh, const at::Tensor& sin_BTh,
                     float direction) {
  at::Tensor y_BTHd = at::empty(x_BTHd.sizes(), x_BTHd.options());
  const int64_t seq_len = x_BTHd.size(1);
  const int64_t heads = x_BTHd.size(2);
  const int64_t width = heads * x_BTHd.size(3);
  const int64_t half = x_BTHd.size(3) / 2;
  const bool shared = cos_BTh.size(0) == 1;
  const float* cos = cos_BTh.const_data_ptr<float>();
  const float* sin = sin_BTh.const_data_ptr<float>();
  with_row_type(x_BTHd, [&]<class T>(T) {
    const T* x = row_data<T>(x_BTHd);
    T* y = mutable_row_data<T>(y_BTHd);
    split_rows(x_BTHd.size(0) * seq_len, width, [&](int64_t begin, int64_t end) {
      // One call for each stretch of rows whose angles follow each other.
      for (int64_t at = begin; at < end;) {
        const int64_t stop = std::min(end, (at / seq_len + 1) * seq_len);
        const int64_t angle = (shared ? at % seq_len : at) * half;
        rows::rotate_half(x + at * width, cos + angle, sin + angle, direction, stop - at, heads,
                          half, y + at * width);
        at = stop;
      }
    });
  });
  return y_BTHd;
}

class RotateHalf : public torch::autograd::Function<RotateHalf> {
 public:
  static at::Tensor forward(AutogradContext* ctx, const at::Tensor& x, const at::Tensor& cos,
                            const at::Tensor& sin) {
    ctx->save_for_backward({cos, sin});
    return has_row_loops(x) ? turn_rows(x.contiguous(), cos, sin, 1) : turn(x, cos, sin);
  }

  /// The inverse of a rotation is the rotation by the opposite angle.
  static variable_list backward(AutogradContext* ctx, const variable_list& grads) {
    const variable_list saved = ctx->get_saved_variables();
    if (has_row_loops(grads[0])) {
      return {turn_rows(grads[0].contiguous(), saved[0], saved[1], -1), {}, {}};
    }
    return {turn(grads[0], saved[0], saved[1].neg()), {}, {}};
  }
};

}  // namespace

RotaryAngles rotary_angles(const at::Tensor& positions, int64_t head_dim, double theta) {
  const at::Tensor exponents =
      at::arange(0, head_dim, 2, positions.options().dtype(at::kFloat)) / head_dim;
  const at::Tensor frequencies = at::pow(theta, exponents).reciprocal();
  const at::Tensor angles = positions.unsqueeze(-1).to(at::kFloat) * frequencies;
  return {angles.cos(), angles.sin()};
}

at::Tensor rotate_half(const at::Tensor& x, const RotaryAngles& angles) {
  return RotateHalf::apply(x, angles.cos.contiguous(), angles.sin.contiguous());
}

}  // namespace assay::kernels
