#pragma once

#include <ATen/core/Tensor.h>

namespace assay::kernels {

/// What the gradient of an embedding's weight is.
enum class EmbeddingGradient {
  kDense,  ///< of the weight's shape
  kRows,   ///< on the CPU the rows that were looked up, as a sparse tensor: for a weight that has a
           ///< dense gradient from another use (a tied head), to which autograd adds these in place
};

/// Row indices[...] of weight [V, D]: [..., D]. Gradients of a row that was looked up more than
/// once are added in fp32 in the order of the indices, and rounded once.
at::Tensor embedding(const at::Tensor& weight, const at::Tensor& indices, EmbeddingGradient kind);

}  // namespace assay::kernels
