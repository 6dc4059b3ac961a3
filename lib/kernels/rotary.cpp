#include "kernels/rotary.h"

#include <torch/csrc/autograd/custom_function.h>

#include <cmath>

// Shapes: B sequences, T positions, H heads, d features of a head, h = d/2.
namespace assay::kernels {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

at::Tensor turn(const at::Tensor& x_BTHd, const at::Tensor& cos_BTh, const at::Tensor& sin_BTh) {
  const auto halves = x_BTHd.to(at::kFloat).chunk(2, -1);
  const at::Tensor cos = cos_BTh.unsqueeze(-2);
  const at::Tensor sin = sin_BTh.unsqueeze(-2);
  const at::Tensor turned = at::cat(
      {halves[0] * cos - halves[1] * sin, halves[1] * cos + halves[0] * sin}, /*dim=*/-1);
  return turned.to(x_BTHd.scalar_type());
}

class RotateHalf : public torch::autograd::Function<RotateHalf> {
 public:
  static at::Tensor forward(AutogradContext* ctx, const at::Tensor& x, const at::Tensor& cos,
                            const at::Tensor& sin) {
    ctx->save_for_backward({cos, sin});
    return turn(x, cos, sin);
  }

  static variable_list backward(AutogradContext* ctx, const variable_list& grads) {
    const variable_list saved = ctx->get_saved_variables();
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
  return RotateHalf::apply(x, angles.cos, angles.sin);
}

}  // namespace assay::kernels
