#include "kernels/gelu.h"

#include <ATen/ops/empty_like.h>
#include <ATen/ops/gelu.h>
#include <torch/csrc/autograd/custom_function.h>

#include "kernels/cuda_rows.h"
#include "kernels/row_loops.h"
#include "kernels/row_split.h"

#if ASSAY_CUDA
#include "kernels/activation_cuda.h"
#endif

namespace assay::kernels {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

class GeluOfRows : public torch::autograd::Function<GeluOfRows> {
 public:
  static at::Tensor forward(AutogradContext* ctx, const at::Tensor& x) {
    ctx->save_for_backward({x});
    at::Tensor out = at::empty_like(x);
    with_row_type(x, [&]<class T>(T) {
      const T* from = row_data<T>(x);
      T* to = mutable_row_data<T>(out);
      split_rows(x.numel(), 1, [&](int64_t begin, int64_t end) {
        rows::gelu_tanh(from + begin, end - begin, to + begin);
      });
    });
    return out;
  }

  static variable_list backward(AutogradContext* ctx, const variable_list& grads) {
    const at::Tensor x = ctx->get_saved_variables()[0];
    const at::Tensor grad_out = grads[0].contiguous();
    at::Tensor grad_x = at::empty_like(x);
    with_row_type(x, [&]<class T>(T) {
      const T* from = row_data<T>(x);
      const T* grad = row_data<T>(grad_out);
      T* to = mutable_row_data<T>(grad_x);
      split_rows(x.numel(), 1, [&](int64_t begin, int64_t end) {
        rows::gelu_tanh_backward(from + begin, grad + begin, end - begin, to + begin);
      });
    });
    return {grad_x};
  }
};

#if ASSAY_CUDA
class GeluOnGpu : public torch::autograd::Function<GeluOnGpu> {
 public:
  static at::Tensor forward(AutogradContext* ctx, const at::Tensor& x) {
    ctx->save_for_backward({x});
    at::Tensor out = at::empty_like(x);
    with_row_type(x, [&]<class T>(T) {
      launch_beside(x, [&](cudaStream_t stream) {
        cuda::gelu_tanh(row_data<T>(x), x.numel(), mutable_row_data<T>(out), stream);
      });
    });
    return out;
  }

  static variable_list backward(AutogradContext* ctx, const variable_list& grads) {
    const at::Tensor x = ctx->get_saved_variables()[0];
    const at::Tensor grad_out = grads[0].contiguous();
    at::Tensor grad_x = at::empty_like(x);
    with_row_type(x, [&]<class T>(T) {
      launch_beside(x, [&](cudaStream_t stream) {
        cuda::gelu_tanh_backward(row_data<T>(x), row_data<T>(grad_out), x.numel(),
                                 mutable_row_data<T>(grad_x), stream);
      });
    });
    return {grad_x};
  }
};
#endif

}  // namespace

at::Tensor gelu_tanh(const at::Tensor& x) {
  if (has_row_loops(x)) return GeluOfRows::apply(x.contiguous());
#if ASSAY_CUDA
  if (has_cuda_rows(x)) return GeluOnGpu::apply(x.contiguous());
#endif
  return at::gelu(x, "tanh");
}

}  // namespace assay::kernels
