#include "models/layers/embedding.h"

#include <ATen/ops/embedding.h>

#include "models/layers/fresh_weight.h"

namespace assay::models {

EmbeddingImpl::EmbeddingImpl(int64_t num_rows, int64_t width) {
  weight = register_parameter("weight", fresh_weight({num_rows, width}));
}

at::Tensor EmbeddingImpl::forward(const at::Tensor& indices) const {
  return at::embedding(weight, indices);
}

}  // namespace assay::models
