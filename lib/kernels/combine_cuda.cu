#include "kernels/combine_cuda.h"

#include "kernels/block_lanes.cuh"
#include "kernels/combine_row.h"

namespace assay::kernels::cuda {
namespace {

constexpr int64_t kMostCombineThreads = 256;

template <int kPack, class T>
__global__ void weighted_sum_kernel(const T* source, const int64_t* index, const float* weights,
                                    int64_t k, int64_t width, T* out) {
  const int64_t n = blockIdx.x;
  rows::weighted_sum_row<kPack>(Block{}, source, index + n * k,
                                weights == nullptr ? nullptr : weights + n * k, k, width,
                                out + n * width);
}

template <int kPack, class T>
__global__ void weighted_sum_backward_kernel(const T* grad, const T* source, const int64_t* index,
                                             const float* weights, int64_t k, int64_t width,
                                             T* grad_source, float* grad_weights) {
  const int64_t n = blockIdx.x;
  rows::weighted_sum_backward_row<kPack>(Block{}, grad + n * width, source, index + n * k,
                                         weights + n * k, k, width, grad_source,
                                         grad_weights + n * k);
}

template <int kPack, class T>
__global__ void copy_rows_kernel(const T* from, const int64_t* index, int64_t width, T* to) {
  const int64_t n = blockIdx.x;
  const int64_t row = index[n];
  rows::copy_row<kPack>(Block{}, row < 0 ? nullptr : from + row * width, width, to + n * width);
}

unsigned combine_threads(int64_t packs) { return threads_for(packs, kMostCombineThreads); }

}  // namespace

template <class T>
void weighted_sum(const T* source, const int64_t* index, const float* weights, int64_t num,
                  int64_t k, int64_t width, T* out, cudaStream_t stream) {
  if (num == 0) return;
  with_pack<T>(width, {source, out}, [&]<int kPack>(std::integral_constant<int, kPack>) {
    weighted_sum_kernel<kPack>
        <<<static_cast<unsigned>(num), combine_threads(width / kPack), 0, stream>>>(
            source, index, weights, k, width, out);
  });
}

template <class T>
void weighted_sum_backward(const T* grad, const T* source, const int64_t* index,
                           const float* weights, int64_t num, int64_t k, int64_t width,
                           T* grad_source, float* grad_weights, cudaStream_t stream) {
  if (num == 0) return;
  with_pack<T>(width, {grad, source, grad_source},
               [&]<int kPack>(std::integral_constant<int, kPack>) {
                 weighted_sum_backward_kernel<kPack>
                     <<<static_cast<unsigned>(num), combine_threads(width / kPack), 0, stream>>>(
                         grad, source, index, weights, k, width, grad_source, grad_weights);
               });
}

template <class T>
void copy_rows(const T* from, const int64_t* index, int64_t num, int64_t width, T* to,
               cudaStream_t stream) {
  if (num == 0) return;
  with_pack<T>(width, {from, to}, [&]<int kPack>(std::integral_constant<int, kPack>) {
    copy_rows_kernel<kPack>
        <<<static_cast<unsigned>(num), combine_threads(width / kPack), 0, stream>>>(from, index,
                                                                                    width, to);
  });
}

#define ASSAY_COMBINE(T)                                                                         \
  template void weighted_sum(const T*, const int64_t*, const float*, int64_t, int64_t, int64_t,  \
                             T*, cudaStream_t);                                                  \
  template void weighted_sum_backward(const T*, const T*, const int64_t*, const float*, int64_t, \
                                      int64_t, int64_t, T*, float*, cudaStream_t);               \
  template void copy_rows(const T*, const int64_t*, int64_t, int64_t, T*, cudaStream_t);

ASSAY_COMBINE(float)
ASSAY_COMBINE(rows::Bf16)

}  // namespace assay::kernels::cuda
