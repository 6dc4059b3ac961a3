#include "kernels/rms_norm.h"

#include <torch/csrc/autograd/custom_function.h>

#include "kernels/cuda_rows.h"
#include "kernels/row_loops.h"
#include "kernels/row_split.h"
#include "kernels/wide_dtype.h"

#if ASSAY_CUDA
#include "kernels/rms_norm_cuda.h"
#endif

// Shapes: N rows, D features.
namespace assay::kernels {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// Normalised rows, 1 / rms of each ([N, 1] by operators, else [N]), and what was normalised where
/// something was added.
struct Normed {
  at::Tensor y_ND;
  at::Tensor rstd_N;
  at::Tensor sum_ND;
};

Normed normalise_by_operators(const at::Tensor& x_ND, const at::Tensor& weight_D, double eps) {
  const at::Tensor wide_ND = x_ND.to(wide_dtype(x_ND));
  const at::Tensor rstd_N1 = wide_ND.square().mean(-1, /*keepdim=*/true).add_(eps).rsqrt_();
  return {(wide_ND * rstd_N1).to(x_ND.scalar_type()) * weight_D, rstd_N1, {}};
}

/// Room for the results of rows; for their sum where something is added.
Normed room_for(const at::Tensor& x_ND, const at::Tensor& weight_D, const at::Tensor& added_ND) {
  return {.y_ND = at::empty_like(x_ND),
          .rstd_N = at::empty({x_ND.numel() / weight_D.numel()}, x_ND.options().dtype(at::kFloat)),
          .sum_ND = added_ND.defined() ? at::empty_like(x_ND) : at::Tensor()};
}

Normed normalise_rows(const at::Tensor& x_ND, const at::Tensor& added_ND,
                      const at::Tensor& weight_D, double eps) {
  const int64_t width = weight_D.numel();
  const auto narrow_eps = static_cast<float>(eps);
  const Normed out = room_for(x_ND, weight_D, added_ND);
  float* rstd = out.rstd_N.mutable_data_ptr<float>();
  with_row_type(x_ND, [&]<class T>(T) {
    const T* x = row_data<T>(x_ND);
    const T* weight = row_data<T>(weight_D);
    T* y = mutable_row_data<T>(out.y_ND);
    split_rows(out.rstd_N.numel(), width, [&](int64_t begin, int64_t end) {
      const int64_t first = begin * width;
      if (added_ND.defined()) {
        rows::add_rms_norm(x + first, row_data<T>(added_ND) + first, weight, narrow_eps,
                           end - begin, width, mutable_row_data<T>(out.sum_ND) + first, y + first,
                           rstd + begin);
      } else {
        rows::rms_norm(x + first, weight, narrow_eps, end - begin, width, y + first, rstd + begin);
      }
    });
  });
  return out;
}

/// Gradients of rows and weight.
variable_list gradients_by_operators(const at::Tensor& grad, const at::Tensor& x_ND,
                                     const at::Tensor& weight_D, const at::Tensor& rstd_N1) {
  const at::ScalarType wide = wide_dtype(x_ND);
  const at::Tensor grad_ND = grad.to(wide);
  const at::Tensor normed_ND = x_ND.to(wide) * rstd_N1;
  const at::Tensor inner_ND = grad_ND * weight_D.to(wide);
  const at::Tensor mean_N1 = (inner_ND * normed_ND).mean(-1, /*keepdim=*/true);
  const at::Tensor grad_x_ND = (inner_ND - normed_ND * mean_N1) * rstd_N1;
  const at::Tensor grad_weight_D = (grad_ND * normed_ND).reshape({-1, weight_D.numel()}).sum(0);
  return {grad_x_ND.to(x_ND.scalar_type()), grad_weight_D.to(weight_D.scalar_type())};
}

/// The same of rows; grad_sum_ND, where it is defined, is added to the gradient of the rows.
variable_list gradients_of_rows(const at::Tensor& grad_ND, const at::Tensor& grad_sum_ND,
                                const at::Tensor& x_ND, const at::Tensor& weight_D,
                                const at::Tensor& rstd_N) {
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
      const int64_t first = begin * width;
      float* grad_weight = grad_weights + at::get_thread_num() * width;
      if (grad_sum_ND.defined()) {
        rows::add_rms_norm_backward(grad + first, row_data<T>(grad_sum_ND) + first, x + first,
                                    weight, rstd + begin, end - begin, width, grad_x + first,
                                    grad_weight);
      } else {
        rows::rms_norm_backward(grad + first, x + first, weight, rstd + begin, end - begin, width,
                                grad_x + first, grad_weight);
      }
    });
  });
  return {grad_x_ND, shares.sum(0).to(weight_D.scalar_type())};
}

#if ASSAY_CUDA
template <class T>
cuda::NormRows<T> rows_to_norm(const at::Tensor& x_ND, const at::Tensor& weight_D) {
  return {.x = row_data<T>(x_ND),
          .weight = row_data<T>(weight_D),
          .num = x_ND.numel() / weight_D.numel(),
          .width = weight_D.numel()};
}

template <class T>
const T* row_data_or_null(const at::Tensor& x) {
  return x.defined() ? row_data<T>(x) : nullptr;
}

Normed normalise_on_gpu(const at::Tensor& x_ND, const at::Tensor& added_ND,
                        const at::Tensor& weight_D, double eps) {
  const Normed out = room_for(x_ND, weight_D, added_ND);
  with_row_type(x_ND, [&]<class T>(T) {
    launch_beside(x_ND, [&](cudaStream_t stream) {
      cuda::rms_norm(rows_to_norm<T>(x_ND, weight_D), row_data_or_null<T>(added_ND),
                     static_cast<float>(eps),
                     out.sum_ND.defined() ? mutable_row_data<T>(out.sum_ND) : nullptr,
                     mutable_row_data<T>(out.y_ND), out.rstd_N.mutable_data_ptr<float>(), stream);
    });
  });
  return out;
}

variable_list gradients_on_gpu(const at::Tensor& grad_ND, const at::Tensor& grad_sum_ND,
                               const at::Tensor& x_ND, const at::Tensor& weight_D,
                               const at::Tensor& rstd_N) {
  at::Tensor grad_x_ND = at::empty_like(x_ND);
  const at::Tensor shares =
      at::empty({cuda::num_norm_shares(rstd_N.numel()), weight_D.numel()}, rstd_N.options());
  with_row_type(x_ND, [&]<class T>(T) {
    launch_beside(x_ND, [&](cudaStream_t stream) {
      cuda::rms_norm_backward(rows_to_norm<T>(x_ND, weight_D), row_data<T>(grad_ND),
                              row_data_or_null<T>(grad_sum_ND), rstd_N.const_data_ptr<float>(),
                              mutable_row_data<T>(grad_x_ND), shares.mutable_data_ptr<float>(),
                              stream);
    });
  });
  return {grad_x_ND, shares.sum(0).to(weight_D.scalar_type())};
}
#endif

/// Whether the rows' loops apply: they take rows and weight of one dtype.
bool goes_by_rows(const at::Tensor& x_ND, const at::Tensor& weight_D) {
  return has_row_loops(x_ND) && x_ND.scalar_type() == weight_D.scalar_type();
}

bool goes_by_gpu([[maybe_unused]] const at::Tensor& x_ND,
                 [[maybe_unused]] const at::Tensor& weight_D) {
#if ASSAY_CUDA
  return has_cuda_rows(x_ND) && x_ND.scalar_type() == weight_D.scalar_type() &&
         weight_D.numel() <= cuda::kMostNormWidth;
#else
  return false;
#endif
}

/// By loops or kernels; `added_ND` may be undefined.
Normed normalise(const at::Tensor& x_ND, const at::Tensor& added_ND, const at::Tensor& weight_D,
                 double eps) {
#if ASSAY_CUDA
  if (x_ND.is_cuda()) return normalise_on_gpu(x_ND, added_ND, weight_D, eps);
#endif
  return normalise_rows(x_ND, added_ND, weight_D, eps);
}

/// By loops or kernels; `grad_sum_ND` may be undefined.
variable_list gradients(const at::Tensor& grad_ND, const at::Tensor& grad_sum_ND,
                        const at::Tensor& x_ND, const at::Tensor& weight_D,
                        const at::Tensor& rstd_N) {
#if ASSAY_CUDA
  if (x_ND.is_cuda()) return gradients_on_gpu(grad_ND, grad_sum_ND, x_ND, weight_D, rstd_N);
#endif
  return gradients_of_rows(grad_ND, grad_sum_ND, x_ND, weight_D, rstd_N);
}

bool has_norm_kernel(const at::Tensor& x_ND, const at::Tensor& weight_D) {
  return goes_by_rows(x_ND, weight_D) || goes_by_gpu(x_ND, weight_D);
}

class RmsNorm : public torch::autograd::Function<RmsNorm> {
 public:
  static at::Tensor forward(AutogradContext* ctx, const at::Tensor& x_ND,
                            const at::Tensor& weight_D, double eps) {
    const Normed out = has_norm_kernel(x_ND, weight_D)
                           ? normalise(x_ND, {}, weight_D, eps)
                           : normalise_by_operators(x_ND, weight_D, eps);
    ctx->save_for_backward({x_ND, weight_D, out.rstd_N});
    return out.y_ND;
  }

  static variable_list backward(AutogradContext* ctx, const variable_list& grads) {
    const variable_list saved = ctx->get_saved_variables();
    variable_list result = has_norm_kernel(saved[0], saved[1])
                               ? gradients(grads[0].contiguous(), {}, saved[0], saved[1], saved[2])
                               : gradients_by_operators(grads[0], saved[0], saved[1], saved[2]);
    result.emplace_back();  // of eps
    return result;
  }
};

/// The sum and its norm; both operands have the gradient of the sum.
class AddRmsNorm : public torch::autograd::Function<AddRmsNorm> {
 public:
  static variable_list forward(AutogradContext* ctx, const at::Tensor& x_ND,
                               const at::Tensor& added_ND, const at::Tensor& weight_D, double eps) {
    const Normed out = normalise(x_ND, added_ND, weight_D, eps);
    ctx->save_for_backward({out.sum_ND, weight_D, out.rstd_N});
    ctx->set_materialize_grads(false);
    return {out.sum_ND, out.y_ND};
  }

  static variable_list backward(AutogradContext* ctx, const variable_list& grads) {
    if (!grads[1].defined()) return {grads[0], grads[0], {}, {}};
    const variable_list saved = ctx->get_saved_variables();
    const at::Tensor grad_sum_ND = grads[0].defined() ? grads[0].contiguous() : grads[0];
    const variable_list both =
        gradients(grads[1].contiguous(), grad_sum_ND, saved[0], saved[1], saved[2]);
    return {both[0], both[0], both[1], {}};
  }
};

}  // namespace

at::Tensor rms_norm(const at::Tensor& x, const at::Tensor& weight, double eps) {
  return RmsNorm::apply(x.contiguous(), weight.contiguous(), eps);
}

NormedSum add_rms_norm(const at::Tensor& x, const at::Tensor& added, const at::Tensor& weight,
                       double eps) {
  const bool alike = x.sizes() == added.sizes() && x.scalar_type() == added.scalar_type() &&
                     x.device() == added.device();
  if (alike && has_norm_kernel(x, weight)) {
    const variable_list both =
        AddRmsNorm::apply(x.contiguous(), added.contiguous(), weight.contiguous(), eps);
    return {.sum = both[0], .normed = both[1]};
  }
  const at::Tensor sum = x + added;
  return {.sum = sum, .normed = rms_norm(sum, weight, eps)};
}

}  // namespace assay::kernels
