#include "kernels/rms_norm_cuda.h"

#include <algorithm>

#include "kernels/block_lanes.cuh"
#include "kernels/rms_norm_row.h"

namespace assay::kernels::cuda {
namespace {

constexpr int64_t kMostNormThreads = 256;
constexpr int64_t kNormShares = 512;  // nearly four blocks for each multiprocessor of an H100

template <int kPack, class T>
__global__ void rms_norm_kernel(NormRows<T> work, const T* added, float eps, T* sum, T* y,
                                float* rstd) {
  const int64_t n = blockIdx.x;
  const int64_t first = n * work.width;
  if (added == nullptr) {
    rows::rms_norm_row<kPack>(Block{}, work.x + first, work.weight, eps, work.width, y + first,
                              rstd + n);
  } else {
    rows::add_rms_norm_row<kPack>(Block{}, work.x + first, added + first, work.weight, eps,
                                  work.width, sum + first, y + first, rstd + n);
  }
}

template <int kPack, class T>
__global__ void rms_norm_backward_kernel(NormRows<T> work, const T* grad, const T* grad_sum,
                                         const float* rstd, T* grad_x, float* grad_weight_shares) {
  extern __shared__ float grad_weight[];  // a thread keeps to its own numbers of it
  const Block block;
  const int64_t width = work.width;
  rows::for_each_pack<kPack>(block, width, [&](int64_t i) {
    for (int j = 0; j < kPack; ++j) grad_weight[i + j] = 0;
  });
  for (int64_t n = blockIdx.x; n < work.num; n += gridDim.x) {
    const int64_t first = n * width;
    rows::rms_norm_backward_row<kPack>(
        block, grad + first, grad_sum == nullptr ? nullptr : grad_sum + first, work.x + first,
        work.weight, rstd[n], width, grad_x + first, grad_weight);
  }
  float* share = grad_weight_shares + blockIdx.x * width;
  rows::for_each_pack<kPack>(block, width, [&](int64_t i) {
    for (int j = 0; j < kPack; ++j) share[i + j] = grad_weight[i + j];
  });
}

}  // namespace

template <class T>
void rms_norm(const NormRows<T>& work, const T* added, float eps, T* sum, T* y, float* rstd,
              cudaStream_t stream) {
  if (work.num == 0) return;
  with_pack<T>(work.width, {work.x, work.weight, added, sum, y},
               [&]<int kPack>(std::integral_constant<int, kPack>) {
                 rms_norm_kernel<kPack>
                     <<<static_cast<unsigned>(work.num),
                        threads_for(work.width / kPack, kMostNormThreads), 0, stream>>>(
                         work, added, eps, sum, y, rstd);
               });
}

int64_t num_norm_shares(int64_t num) { return std::min(num, kNormShares); }

template <class T>
void rms_norm_backward(const NormRows<T>& work, const T* grad, const T* grad_sum, const float* rstd,
                       T* grad_x, float* grad_weight_shares, cudaStream_t stream) {
  if (work.num == 0) return;
  with_pack<T>(
      work.width, {work.x, work.weight, grad, grad_sum, grad_x},
      [&]<int kPack>(std::integral_constant<int, kPack>) {
        const auto bytes = static_cast<int>(work.width * static_cast<int64_t>(sizeof(float)));
        constexpr int kUnaskedBytes = 47 << 10;  // 48 KiB without asking, of which Block has some
        if (bytes > kUnaskedBytes) {
          cudaFuncSetAttribute(rms_norm_backward_kernel<kPack, T>,
                               cudaFuncAttributeMaxDynamicSharedMemorySize, bytes);
        }
        rms_norm_backward_kernel<kPack>
            <<<static_cast<unsigned>(num_norm_shares(work.num)),
               threads_for(work.width / kPack, kMostNormThreads), static_cast<size_t>(bytes),
               stream>>>(work, grad, grad_sum, rstd, grad_x, grad_weight_shares);
      });
}

template void rms_norm(const NormRows<float>&, const float*, float, float*, float*, float*,
                       cudaStream_t);
template void rms_norm(const NormRows<rows::Bf16>&, const rows::Bf16*, float, rows::Bf16*,
                       rows::Bf16*, float*, cudaStream_t);
template void rms_norm_backward(const NormRows<float>&, const float*, const float*, const float*,
                                float*, float*, cudaStream_t);
template void rms_norm_backward(const NormRows<rows::Bf16>&, const rows::Bf16*, const rows::Bf16*,
                                const float*, rows::Bf16*, float*, cudaStream_t);

}  // namespace assay::kernels::cuda
