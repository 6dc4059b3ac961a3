#include "specs/expert_parameters.h"

#include <algorithm>

namespace assay {

double expert_parameters(const ModelSpec& spec) {
  double sum = 0;
  for (const MatrixProduct& product : spec.products) {
    if (product.kind != LayerKind::kExperts || spec.top_k == 0) continue;
    const double layers = product.per_token / static_cast<double>(spec.top_k);
    sum += layers * static_cast<double>(spec.num_experts) * static_cast<double>(product.in) *
           static_cast<double>(product.out);
  }
  return sum;
}

int64_t num_mixture_layers(const ModelSpec& spec) {
  double layers = 0;
  for (const MatrixProduct& product : spec.products) {
    if (product.kind == LayerKind::kRouter) layers = std::max(layers, product.per_token);
  }
  return static_cast<int64_t>(layers);
}

}  // namespace assay
