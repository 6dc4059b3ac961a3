#include "models/layers/embedding.h"

#include "models/layers/fresh_weight.h"

namespace assay::models {

EmbeddingImpl::EmbeddingImpl(int64_t num_rows, int64_t width) {
  weight = register_parameter("weight", fresh_weight({num_rows, width}));
}

at::Tensor EmbeddingImpl::forward(const at::Tensor& indices,
                                  kernels::EmbeddingGradient gradient) const {
  return kernels::embedding(weight, indices, gradient);
}

}  // namespace assay::models
