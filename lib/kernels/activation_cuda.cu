#include "kernels/activation_cuda.h"

#include "kernels/activation_row.h"
#include "kernels/block_lanes.cuh"

namespace assay::kernels::cuda {
namespace {

constexpr int64_t kActivationThreads = 256;
constexpr int64_t kGeluPacks = 4 * kActivationThreads;  // of a block

template <int kPack, class T>
__global__ void swiglu_kernel(const T* gate_up, int64_t width, T* out) {
  const int64_t first = blockIdx.x * width;
  rows::swiglu_row<kPack>(Block{}, gate_up + 2 * first, width, out + first);
}

template <int kPack, class T>
__global__ void swiglu_backward_kernel(const T* gate_up, const T* grad, int64_t width,
                                       T* grad_gate_up) {
  const int64_t first = blockIdx.x * width;
  rows::swiglu_backward_row<kPack>(Block{}, gate_up + 2 * first, grad + first, width,
                                   grad_gate_up + 2 * first);
}

/// The stretch of `num` numbers that a block works on.
template <int kPack>
struct Stretch {
  __device__ explicit Stretch(int64_t num)
      : first(blockIdx.x * kGeluPacks * kPack), width(min(kGeluPacks * kPack, num - first)) {}
  int64_t first;
  int64_t width;
};

template <int kPack, class T>
__global__ void gelu_kernel(const T* x, int64_t num, T* out) {
  const Stretch<kPack> part(num);
  rows::gelu_tanh_row<kPack>(Block{}, x + part.first, part.width, out + part.first);
}

template <int kPack, class T>
__global__ void gelu_backward_kernel(const T* x, const T* grad, int64_t num, T* grad_x) {
  const Stretch<kPack> part(num);
  rows::gelu_tanh_backward_row<kPack>(Block{}, x + part.first, grad + part.first, part.width,
                                      grad_x + part.first);
}

unsigned gelu_blocks(int64_t num, int pack) {
  return static_cast<unsigned>((num + kGeluPacks * pack - 1) / (kGeluPacks * pack));
}

}  // namespace

template <class T>
void swiglu(const T* gate_up, int64_t num, int64_t width, T* out, cudaStream_t stream) {
  if (num * width == 0) return;
  with_pack<T>(width, {gate_up, out}, [&]<int kPack>(std::integral_constant<int, kPack>) {
    swiglu_kernel<kPack>
        <<<static_cast<unsigned>(num), threads_for(width / kPack, kActivationThreads), 0, stream>>>(
            gate_up, width, out);
  });
}

template <class T>
void swiglu_backward(const T* gate_up, const T* grad, int64_t num, int64_t width, T* grad_gate_up,
                     cudaStream_t stream) {
  if (num * width == 0) return;
  with_pack<
      T>(width, {gate_up, grad, grad_gate_up}, [&]<int kPack>(std::integral_constant<int, kPack>) {
    swiglu_backward_kernel<kPack>
        <<<static_cast<unsigned>(num), threads_for(width / kPack, kActivationThreads), 0, stream>>>(
            gate_up, grad, width, grad_gate_up);
  });
}

template <class T>
void gelu_tanh(const T* x, int64_t num, T* out, cudaStream_t stream) {
  if (num == 0) return;
  with_pack<T>(num, {x, out}, [&]<int kPack>(std::integral_constant<int, kPack>) {
    gelu_kernel<kPack><<<gelu_blocks(num, kPack), kActivationThreads, 0, stream>>>(x, num, out);
  });
}

template <class T>
void gelu_tanh_backward(const T* x, const T* grad, int64_t num, T* grad_x, cudaStream_t stream) {
  if (num == 0) return;
  with_pack<T>(num, {x, grad, grad_x}, [&]<int kPack>(std::integral_constant<int, kPack>) {
    gelu_backward_kernel<kPack>
        <<<gelu_blocks(num, kPack), kActivationThreads, 0, stream>>>(x, grad, num, grad_x);
  });
}

#define ASSAY_ACTIVATIONS(T)                                                             \
  template void swiglu(const T*, int64_t, int64_t, T*, cudaStream_t);                    \
  template void swiglu_backward(const T*, const T*, int64_t, int64_t, T*, cudaStream_t); \
  template void gelu_tanh(const T*, int64_t, T*, cudaStream_t);                          \
  template void gelu_tanh_backward(const T*, const T*, int64_t, T*, cudaStream_t);

ASSAY_ACTIVATIONS(float)
ASSAY_ACTIVATIONS(rows::Bf16)

}  // namespace assay::kernels::cuda
