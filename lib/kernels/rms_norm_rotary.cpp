#include "kernels/rms_norm_rotary.h"

#include <torch/csrc/autograd/custom_function.h>

#include <cstdint>
#include <limits>

#include "kernels/cuda_rows.h"
#include "kernels/rms_norm.h"
#include "kernels/rms_norm_rotary_loops.h"
#include "kernels/row_split.h"

#if ASSAY_CUDA
#include "kernels/rms_norm_rotary_cuda.h"
#endif

// Shapes: B sequences, T positions, H heads, d features of a head, N = B T H.
namespace assay::kernels {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// What both passes read.
struct HeadInputs {
  at::Tensor x_BTHd;  ///< the heads of a position without gaps
  at::Tensor weight_d;
  at::Tensor cos_BTh;
  at::Tensor sin_BTh;

  [[nodiscard]] int64_t num() const { return x_BTHd.numel() / weight_d.numel(); }
};

at::Tensor with_whole_positions(const at::Tensor& x_BTHd) {
  const bool in_turn = x_BTHd.size(2) == 1 || x_BTHd.stride(2) == x_BTHd.size(3);
  return x_BTHd.stride(3) == 1 && in_turn ? x_BTHd : x_BTHd.contiguous();
}

template <class T>
rows::HeadRows<T> head_rows(const at::Tensor& x_BTHd) {
  return {.first = row_data<T>(x_BTHd),
          .sequence_step = x_BTHd.stride(0),
          .position_step = x_BTHd.stride(1),
          .width = x_BTHd.size(3)};
}

template <class T>
rows::NormedHeads<T> normed_heads(const HeadInputs& in) {
  return {.shape = {.seq_len = in.x_BTHd.size(1),
                    .heads = in.x_BTHd.size(2),
                    .half = in.x_BTHd.size(3) / 2,
                    .shared_angles = in.cos_BTh.size(0) == 1},
          .x = head_rows<T>(in.x_BTHd),
          .weight = row_data<T>(in.weight_d),
          .cos = in.cos_BTh.const_data_ptr<float>(),
          .sin = in.sin_BTh.const_data_ptr<float>()};
}

/// Turned heads, and 1 / rms of each.
struct TurnedHeads {
  at::Tensor y_BTHd;
  at::Tensor rstd_N;
};

TurnedHeads turned_heads(const HeadInputs& in, double eps) {
  const at::Tensor& x_BTHd = in.x_BTHd;
  TurnedHeads out{.y_BTHd = at::empty(x_BTHd.sizes(), x_BTHd.options()),
                  .rstd_N = at::empty({in.num()}, x_BTHd.options().dtype(at::kFloat))};
  with_row_type(x_BTHd, [&]<class T>(T) {
    const rows::NormedHeads<T> heads = normed_heads<T>(in);
    T* y = mutable_row_data<T>(out.y_BTHd);
    float* rstd = out.rstd_N.mutable_data_ptr<float>();
    const auto narrow_eps = static_cast<float>(eps);
#if ASSAY_CUDA
    if (x_BTHd.is_cuda()) {
      launch_beside(x_BTHd, [&](cudaStream_t stream) {
        cuda::rms_norm_rotate(heads, narrow_eps, in.num(), y, rstd, stream);
      });
      return;
    }
#endif
    split_rows(in.num(), in.weight_d.numel(), [&](int64_t begin, int64_t end) {
      rows::rms_norm_rotate_half(heads, narrow_eps, begin, end, y, rstd);
    });
  });
  return out;
}

/// Partial sums of the weight's gradient: one for each thread, or as the GPU leaves them.
at::Tensor room_for_shares(const HeadInputs& in) {
  const int64_t width = in.weight_d.numel();
  const at::TensorOptions options = in.weight_d.options().dtype(at::kFloat);
#if ASSAY_CUDA
  if (in.x_BTHd.is_cuda()) {
    return at::empty({cuda::num_head_norm_shares(in.num(), width / 2), width}, options);
  }
#endif
  return at::zeros({at::get_num_threads(), width}, options);
}

/// Gradients of x and weight.
variable_list gradients_of_heads(const HeadInputs& in, const at::Tensor& grad_BTHd,
                                 const at::Tensor& rstd_N) {
  const int64_t width = in.weight_d.numel();
  at::Tensor grad_x_BTHd = at::empty(in.x_BTHd.sizes(), in.x_BTHd.options());
  const at::Tensor shares = room_for_shares(in);
  with_row_type(in.x_BTHd, [&]<class T>(T) {
    const rows::NormedHeads<T> heads = normed_heads<T>(in);
    const rows::HeadRows<T> grad = head_rows<T>(grad_BTHd);
    const float* rstd = rstd_N.const_data_ptr<float>();
    T* grad_x = mutable_row_data<T>(grad_x_BTHd);
    float* grad_weights = shares.mutable_data_ptr<float>();
#if ASSAY_CUDA
    if (grad_BTHd.is_cuda()) {
      launch_beside(grad_BTHd, [&](cudaStream_t stream) {
        cuda::rms_norm_rotate_backward(heads, grad, rstd, in.num(), grad_x, grad_weights, stream);
      });
      return;
    }
#endif
    split_rows(in.num(), width, [&](int64_t begin, int64_t end) {
      rows::rms_norm_rotate_half_backward(heads, grad, rstd, begin, end, grad_x,
                                          grad_weights + at::get_thread_num() * width);
    });
  });
  return {grad_x_BTHd, shares.sum(0).to(in.weight_d.scalar_type())};
}

class RmsNormRotateHalf : public torch::autograd::Function<RmsNormRotateHalf> {
 public:
  static at::Tensor forward(AutogradContext* ctx, const at::Tensor& x, const at::Tensor& weight,
                            double eps, const at::Tensor& cos, const at::Tensor& sin) {
    const TurnedHeads out = turned_heads({x, weight, cos, sin}, eps);
    ctx->save_for_backward({x, weight, cos, sin, out.rstd_N});
    return out.y_BTHd;
  }

  static variable_list backward(AutogradContext* ctx, const variable_list& grads) {
    const variable_list saved = ctx->get_saved_variables();
    variable_list result = gradients_of_heads({saved[0], saved[1], saved[2], saved[3]},
                                              with_whole_positions(grads[0]), saved[4]);
    result.resize(5);  // none of eps and angles
    return result;
  }
};

bool has_joined_kernel(const at::Tensor& x, const at::Tensor& weight) {
  if (x.scalar_type() != weight.scalar_type()) return false;
  if (x.numel() / weight.numel() > std::numeric_limits<uint32_t>::max()) return false;
#if ASSAY_CUDA
  if (has_cuda_rows(x)) return weight.numel() <= cuda::kMostNormedHead;
#endif
  return has_row_loops(x);
}

}  // namespace

at::Tensor rms_norm_rotate_half(const at::Tensor& x, const at::Tensor& weight, double eps,
                                const RotaryAngles& angles) {
  if (!has_joined_kernel(x, weight)) return rotate_half(rms_norm(x, weight, eps), angles);
  return RmsNormRotateHalf::apply(with_whole_positions(x), weight.contiguous(), eps,
                                  angles.cos.contiguous(), angles.sin.contiguous());
}

}  // namespace assay::kernels
