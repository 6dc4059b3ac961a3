#include "kernels/rms_norm.h"

#include <torch/csrc/autograd/custom_function.h>

// Shapes: N rows, D features.
namespace assay::kernels {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

class RmsNorm : public torch::autograd::Function<RmsNorm> {
 public:
  static at::Tensor forward(AutogradContext* ctx, const at::Tensor& x_ND, const at::Tensor& weight_D,
                            double eps) {
    const at::Tensor wide_ND = x_ND.to(at::kFloat);
    const at::Tensor rstd_N1 = wide_ND.square().mean(-1, /*keepdim=*/true).add_(eps).rsqrt_();
    ctx->save_for_backward({x_ND, weight_D, rstd_N1});
    return (wide_ND * rstd_N1).to(x_ND.scalar_type()) * weight_D;
  }

  static variable_list backward(AutogradContext* ctx, const variable_list& grads) {
    const variable_list saved = ctx->get_saved_variables();
    const at::Tensor& x_ND = saved[0];
    const at::Tensor& weight_D = saved[1];
    const at::Tensor grad_ND = grads[0].to(at::kFloat);
    const at::Tensor normed_ND = x_ND.to(at::kFloat) * saved[2];
    const at::Tensor inner_ND = grad_ND * weight_D.to(at::kFloat);
    const at::Tensor mean_N1 = (inner_ND * normed_ND).mean(-1, /*keepdim=*/true);
    const at::Tensor grad_x_ND = (inner_ND - normed_ND * mean_N1) * saved[2];
    const at::Tensor grad_weight_D = (grad_ND * normed_ND).reshape({-1, weight_D.numel()}).sum(0);
    return {grad_x_ND.to(x_ND.scalar_type()), grad_weight_D.to(weight_D.scalar_type()), {}};
  }
};

}  // namespace

at::Tensor rms_norm(const at::Tensor& x, const at::Tensor& weight, double eps) {
  return RmsNorm::apply(x, weight, eps);
}

}  // namespace assay::kernels
