#include "kernels/block_lanes.cuh"
#include "kernels/cross_entropy_cuda.h"

namespace assay::kernels::cuda {
namespace {

constexpr int64_t kMostThreads = 512;

template <int kPack, class T>
__global__ void cross_entropy_kernel(CrossEntropyRows<T> work, float* losses,
                                     rows::ExponentialSum<float>* sums, T* grad) {
  const int64_t n = blockIdx.x;
  rows::cross_entropy_row<kPack>(
      Block{}, work.logits + n * work.width, work.targets[n], work.scale[n], work.width, losses + n,
      sums == nullptr ? nullptr : sums + n, grad == nullptr ? nullptr : grad + n * work.width);
}

template <int kPack, class T>
__global__ void cross_entropy_backward_kernel(CrossEntropyRows<T> work,
                                              const rows::ExponentialSum<float>* sums,
                                              const float* grad_loss, T* grad) {
  const int64_t n = blockIdx.x;
  rows::cross_entropy_gradient_row<kPack>(Block{}, work.logits + n * work.width, sums[n],
                                          work.targets[n], work.scale[n] * *grad_loss, work.width,
                                          grad + n * work.width);
}

}  // namespace

template <class T>
void cross_entropy(const CrossEntropyRows<T>& work, float* losses,
                   rows::ExponentialSum<float>* sums, T* grad, cudaStream_t stream) {
  if (work.num == 0) return;
  with_pack<T>(work.width, {work.logits, grad}, [&]<int kPack>(std::integral_constant<int, kPack>) {
    cross_entropy_kernel<kPack>
        <<<static_cast<unsigned>(work.num), threads_for(work.width / kPack, kMostThreads), 0,
           stream>>>(work, losses, sums, grad);
  });
}

template <class T>
void cross_entropy_backward(const CrossEntropyRows<T>& work,
                            const rows::ExponentialSum<float>* sums, const float* grad_loss,
                            T* grad, cudaStream_t stream) {
  if (work.num == 0) return;
  with_pack<T>(work.width, {work.logits, grad}, [&]<int kPack>(std::integral_constant<int, kPack>) {
    cross_entropy_backward_kernel<kPack>
        <<<static_cast<unsigned>(work.num), threads_for(work.width / kPack, kMostThreads), 0,
           stream>>>(work, sums, grad_loss, grad);
  });
}

template void cross_entropy(const CrossEntropyRows<float>&, float*, rows::ExponentialSum<float>*,
                            float*, cudaStream_t);
template void cross_entropy(const CrossEntropyRows<rows::Bf16>&, float*,
                            rows::ExponentialSum<float>*, rows::Bf16*, cudaStream_t);
template void cross_entropy_backward(const CrossEntropyRows<float>&,
                                     const rows::ExponentialSum<float>*, const float*, float*,
                                     cudaStream_t);
template void cross_entropy_backward(const CrossEntropyRows<rows::Bf16>&,
                                     const rows::ExponentialSum<float>*, const float*, rows::Bf16*,
                                     cudaStream_t);

}  // namespace assay::kernels::cuda
