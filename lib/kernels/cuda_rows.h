#pragma once

#include <ATen/core/Tensor.h>

#if ASSAY_CUDA
#include <c10/cuda/CUDAException.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>
#endif

namespace assay::kernels {

/// Whether the CUDA kernels on rows of fp32 or bf16 apply to a tensor.
inline bool has_cuda_rows([[maybe_unused]] const at::Tensor& x) {
#if ASSAY_CUDA
  return x.is_cuda() && (x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16);
#else
  return false;
#endif
}

#if ASSAY_CUDA
/// Calls work(stream), which launches kernels, on x's device and its current stream.
template <class Work>
void launch_beside(const at::Tensor& x, const Work& work) {
  const c10::cuda::CUDAGuard guard(x.device());
  work(c10::cuda::getCurrentCUDAStream().stream());
  C10_CUDA_KERNEL_LAUNCH_CHECK();
}
#endif

}  // namespace assay::kernels
