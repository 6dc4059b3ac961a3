#include "kernels/rms_norm.h"

#include <torch/csrc/autograd/custom_function.h>

#include "kernels/row_loops.h"
#include "kernels/row_split.h"
#include "kernels/wide_dtype.h"

// Shapes: N rows, D features.
namespace assay::kernels {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// The normalised rows and 1 / rms of each [N, 1].
std::pair<at::Tensor, at::Tensor> normalise(const at::Tensor& x_ND, const at::Tensor& weight_D,
                                            double eps) {
  const at::Tensor wide_ND = x_ND.to(wide_dtype(x_ND));
  const at::Tensor rstd_N1 = wide_ND.square().mean(-1, /*keepdim=*/true).add_(eps).rsqrt_();
  return {(wide_ND * rstd_N1).to(x_ND.scalar_type()) * weight_D, rstd_N1};
}

std::pair<at::Tensor, at::Tensor> normalise_rows(const at::Tensor& x_ND, const at::Tensor& weight_D,
                                                 double eps) {
  const int64_t width = weight_D.numel();
  at::Tensor y_ND = at::empty_like(x_ND);
  at::Tensor rstd_N = at::empty({x_ND.numel() / width}, x_ND.options().dtype(at::kFloat));
  float* rstd = rstd_N.mutable_data_ptr<float>();
  with_row_type(x_ND, [&]<class T>(T) {
    const T* x = row_data<T>(x_ND);
    const T* weight = row_data<T>(weight_D);
    T* y = mutable_row_data<T>(y_ND);
    split_rows(rstd_N.numel(), width, [&](int64_t begin, int64_t end) {
      rows::rms_norm(x + begin * width, weight, static_cast<float>(eps), end - begin, width,
                     y + begin * width, rstd + begin);
    });
  });
  return {y_ND, rstd_N};
}

/// Gradients of rows and weight.
variable_list gradients(const at::Tensor& grad, const at::Tensor& x_ND, const at::Tensor& weight_D,
                        const at::Tensor& rstd_N1) {
  const at::ScalarType wide = wide_dtype(x_ND);
  const at::Tensor grad_ND = grad.to(wide);
  const at::Tensor normed_ND = x_ND.to(wide) * rstd_N1;
  const at::Tensor inner_ND = grad_ND * weight_D.to(wide);
  const at::Tensor mean_N1 = (inner_ND * normed_ND).mean(-1, /*keepdim=*/true);
  const at::Tensor grad_x_ND = (inner_ND - normed_ND * mean_N1) * rstd_N1;
  const at::Tensor grad_weight_D = (grad_ND * normed_ND).reshape({-1, weight_D.numel()}).sum(0);
  return {grad_x_ND.to(x_ND.scalar_type()), grad_weight_D.to(weight_D.scalar_type())};
}

variable_list gradients_of_rows(const at::Tensor& grad_ND, const at::Tensor& x_ND,
                                const at::Tensor& weight_D, const at::Tensor& rstd_N) {
  const int64_t width = weight_D.numel();
  at::Tensor grad_x_ND = at::empty_like(x_ND);
  at::Tensor shares = at::zeros({at::get_num_threads(), width}, rstd_N.options());
  const float* rstd = rstd_N.const_data_ptr<float>();
  float* grad_weights = shares.mutable_data_ptr<float>();
  with_row_type(x_ND, [&]<class T>(T) {
    const T* grad = row_data<T>(grad_ND);
    const T* x = row_data<T>(x_ND);
    const T* weight = row_data<T>(weight_D);
    T* grad_x = mutable_row_data<T>(grad_x_ND);
    split_rows(rstd_N.numel(), width, [&](int64_t begin, int64_t end) {
      rows::rms_norm_backward(grad + begin * width, x + begin * width, weight, rstd + begin,
                              end - begin, width, grad_x + begin * width,
                              grad_weights + at::get_thread_num() * width);
    });
  });
  return {grad_x_ND, shares.sum(0).to(weight_D.scalar_type())};
}

/// Whether the rows' loops apply: they take rows and weight of one dtype.
bool goes_by_rows(const at::Tensor& x_ND, const at::Tensor& weight_D) {
  return has_row_loops(x_ND) && x_ND.scalar_type() == weight_D.scalar_type();
}

class RmsNorm : public torch::autograd::Function<RmsNorm> {
 public:
  static at::Tensor forward(AutogradContext* ctx, const at::Tensor& x_ND,
                            const at::Tensor& weight_D, double eps) {
    const auto [y_ND, rstd] = goes_by_rows(x_ND, weight_D) ? normalise_rows(x_ND, weight_D, eps)
                                                           : normalise(x_ND, weight_D, eps);
    ctx->save_for_backward({x_ND, weight_D, rstd});
    return y_ND;
  }

  static variable_list backward(AutogradContext* ctx, const variable_list& grads) {
    const variable_list saved = ctx->get_saved_variables();
    const bool by_rows = goes_by_rows(saved[0], saved[1]);
    variable_list result =
        by_rows ? gradients_of_rows(grads[0].contiguous(), saved[0], saved[1], saved[2])
                : gradients(grads[0], saved[0], saved[1], saved[2]);
    result.emplace_back();  // of eps
    return result;
  }
};

}  // namespace

at::Tensor rms_norm(const at::Tensor& x, const at::Tensor& weight, double eps) {
  return RmsNorm::apply(x.contiguous(), weight.contiguous(), eps);
}

}  // namespace assay::kernels
