#include "kernels/swiglu.h"

#include <torch/csrc/autograd/custom_function.h>

#include "kernels/cuda_rows.h"
#include "kernels/row_loops.h"
#include "kernels/row_split.h"
#include "kernels/wide_dtype.h"

#if ASSAY_CUDA
#include "kernels/activation_cuda.h"
#endif

// Shapes: M rows, F hidden features.
namespace assay::kernels {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

at::Tensor activate_rows(const at::Tensor& gate_up_MF) {
  const int64_t width = gate_up_MF.size(1) / 2;
  at::Tensor out_MF = at::empty({gate_up_MF.size(0), width}, gate_up_MF.options());
  with_row_type(gate_up_MF, [&]<class T>(T) {
    const T* gate_up = row_data<T>(gate_up_MF);
    T* out = mutable_row_data<T>(out_MF);
    split_rows(gate_up_MF.size(0), width, [&](int64_t begin, int64_t end) {
      rows::swiglu(gate_up + 2 * begin * width, end - begin, width, out + begin * width);
    });
  });
  return out_MF;
}

at::Tensor gradient_of_rows(const at::Tensor& gate_up_MF, const at::Tensor& grad_MF) {
  const int64_t width = grad_MF.size(1);
  at::Tensor both_MF = at::empty_like(gate_up_MF);
  with_row_type(gate_up_MF, [&]<class T>(T) {
    const T* gate_up = row_data<T>(gate_up_MF);
    const T* grad = row_data<T>(grad_MF);
    T* out = mutable_row_data<T>(both_MF);
    split_rows(grad_MF.size(0), width, [&](int64_t begin, int64_t end) {
      rows::swiglu_backward(gate_up + 2 * begin * width, grad + begin * width, end - begin, width,
                            out + 2 * begin * width);
    });
  });
  return both_MF;
}

#if ASSAY_CUDA
at::Tensor activate_on_gpu(const at::Tensor& gate_up_MF) {
  const int64_t width = gate_up_MF.size(1) / 2;
  at::Tensor out_MF = at::empty({gate_up_MF.size(0), width}, gate_up_MF.options());
  with_row_type(gate_up_MF, [&]<class T>(T) {
    launch_beside(gate_up_MF, [&](cudaStream_t stream) {
      cuda::swiglu(row_data<T>(gate_up_MF), gate_up_MF.size(0), width, mutable_row_data<T>(out_MF),
                   stream);
    });
  });
  return out_MF;
}

at::Tensor gradient_on_gpu(const at::Tensor& gate_up_MF, const at::Tensor& grad_MF) {
  at::Tensor both_MF = at::empty_like(gate_up_MF);
  with_row_type(gate_up_MF, [&]<class T>(T) {
    launch_beside(gate_up_MF, [&](cudaStream_t stream) {
      cuda::swiglu_backward(row_data<T>(gate_up_MF), row_data<T>(grad_MF), grad_MF.size(0),
                            grad_MF.size(1), mutable_row_data<T>(both_MF), stream);
    });
  });
  return both_MF;
}
#endif

at::Tensor gradient(const at::Tensor& gate_up_MF, const at::Tensor& grad) {
  const auto halves = gate_up_MF.to(wide_dtype(gate_up_MF)).chunk(2, -1);
  const at::Tensor grad_MF = grad.to(wide_dtype(gate_up_MF));
  const at::Tensor sigmoid_MF = halves[0].sigmoid();
  const at::Tensor silu_MF = halves[0] * sigmoid_MF;
  // d silu / d gate = sigmoid x (1 + gate x (1 - sigmoid)) = sigmoid + silu x (1 - sigmoid)
  const at::Tensor slope_MF = sigmoid_MF + silu_MF * (1 - sigmoid_MF);
  const at::Tensor both = at::cat({grad_MF * halves[1] * slope_MF, grad_MF * silu_MF}, -1);
  return both.to(gate_up_MF.scalar_type());
}

class SwiGlu : public torch::autograd::Function<SwiGlu> {
 public:
  static at::Tensor forward(AutogradContext* ctx, const at::Tensor& gate_up_MF) {
    ctx->save_for_backward({gate_up_MF});
    if (has_row_loops(gate_up_MF)) return activate_rows(gate_up_MF);
#if ASSAY_CUDA
    if (has_cuda_rows(gate_up_MF)) return activate_on_gpu(gate_up_MF);
#endif
    const auto halves = gate_up_MF.to(wide_dtype(gate_up_MF)).chunk(2, -1);
    return (at::silu(halves[0]) * halves[1]).to(gate_up_MF.scalar_type());
  }

  static variable_list backward(AutogradContext* ctx, const variable_list& grads) {
    const at::Tensor gate_up_MF = ctx->get_saved_variables()[0];
    if (has_row_loops(gate_up_MF)) return {gradient_of_rows(gate_up_MF, grads[0].contiguous())};
#if ASSAY_CUDA
    if (has_cuda_rows(gate_up_MF)) return {gradient_on_gpu(gate_up_MF, grads[0].contiguous())};
#endif
    return {gradient(gate_up_MF, grads[0])};
  }
};

}  // namespace

at::Tensor swiglu(const at::Tensor& gate_up) { return SwiGlu::apply(gate_up.contiguous()); }

}  // namespace assay::kernels
