#pragma once

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>

#include "kernels/embedding.h"

namespace assay::models {

/// A row of `weight` [num_rows, width] for each index; the owner fills the weights.
class EmbeddingImpl : public torch::nn::Module {
 public:
  EmbeddingImpl(int64_t num_rows, int64_t width);

  /// indices int64 [...] to [..., width]. kRows is for a weight that the head uses as well.
  at::Tensor forward(const at::Tensor& indices, kernels::EmbeddingGradient gradient =
                                                    kernels::EmbeddingGradient::kDense) const;

  at::Tensor weight;
};
TORCH_MODULE(Embedding);

}  // namespace assay::models
