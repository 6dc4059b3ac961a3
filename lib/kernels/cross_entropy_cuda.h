#pragma once

#include <cuda_runtime_api.h>

#include "kernels/cross_entropy_row.h"

/// cross_entropy_row on a GPU, a block for each row, for T = float or rows::Bf16. Pointers are the
/// device's; the calls wait for nothing.
namespace assay::kernels::cuda {

template <class T>
struct CrossEntropyRows {
  const T* logits;  ///< [num, width]
  const int64_t* targets;
  const float* scale;
  int64_t num;
  int64_t width;
};

/// Each row's loss; its exponential sum where `sums` is not null, its gradient where `grad` is not
/// null, which may be the logits.
template <class T>
void cross_entropy(const CrossEntropyRows<T>& work, float* losses,
                   rows::ExponentialSum<float>* sums, T* grad, cudaStream_t stream);

/// The gradient, times the number at `grad_loss`, from the exponential sums.
template <class T>
void cross_entropy_backward(const CrossEntropyRows<T>& work,
                            const rows::ExponentialSum<float>* sums, const float* grad_loss,
                            T* grad, cudaStream_t stream);

}  // namespace assay::kernels::cuda
