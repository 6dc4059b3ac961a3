#include "models/layers/mixture_outputs.h"

#include <ATen/ATen.h>

#include "models/layers/router.h"

namespace assay::models {

void MixtureOutputs::add(const FeedForwardOutput& output) {
  if (output.tokens_per_expert.defined()) counts_.push_back(output.tokens_per_expert);
  if (output.aux_loss.defined()) aux_losses_.push_back(output.aux_loss);
  if (output.mean_scores.defined()) mean_scores_.push_back(output.mean_scores);
  if (output.router_sums.defined()) router_sums_.push_back(output.router_sums);
}

void MixtureOutputs::finish(LmOutput& output, double pooled_weight, int64_t num_tokens) const {
  if (!counts_.empty()) output.tokens_per_expert = at::stack(counts_);
  if (!router_sums_.empty()) output.router_sums = at::stack(router_sums_);
  if (!aux_losses_.empty()) output.aux_loss = at::stack(aux_losses_).mean();
  if (mean_scores_.empty()) return;
  const at::Tensor pooled =
      pooled_weight *
      pooled_balance_loss(at::stack(mean_scores_), output.tokens_per_expert, num_tokens);
  output.aux_loss = output.aux_loss.defined() ? output.aux_loss + pooled : pooled;
}

}  // namespace assay::models
