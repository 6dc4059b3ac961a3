#pragma once

#include <vector>

#include "models/language_model.h"
#include "models/layers/feed_forward.h"

namespace assay::models {

/// What the mixture layers of one pass left, in their order.
class MixtureOutputs {
 public:
  void add(const FeedForwardOutput& output);
  /// Fills what LmOutput says of mixtures, undefined without them (or without losses). The
  /// auxiliary loss is the mean over layers; where they left their balance loss to be pooled,
  /// `pooled_weight` x pooled_balance_loss comes to it. `num_tokens` of one layer.
  void finish(LmOutput& output, double pooled_weight, int64_t num_tokens) const;

 private:
  std::vector<at::Tensor> counts_;
  std::vector<at::Tensor> aux_losses_;
  std::vector<at::Tensor> mean_scores_;
  std::vector<at::Tensor> router_sums_;
};

}  // namespace assay::models
