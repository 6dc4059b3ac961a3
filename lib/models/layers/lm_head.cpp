#include "models/layers/lm_head.h"

#include <ATen/ATen.h>
#include <ATen/record_function.h>

#include "kernels/cross_entropy.h"
#include "kernels/linear_cross_entropy.h"
#include "kernels/product.h"

// Shapes: N = B x T tokens, D width, V vocabulary.
namespace assay::models {

LmOutput lm_loss(const at::Tensor& hidden, const at::Tensor& weight, const Batch& batch) {
  const at::Tensor targets_N = batch.targets.reshape({-1});
  at::Tensor counts_N = targets_N.ge(0);
  at::Tensor loss_weight_N;
  if (batch.loss_weight) {
    loss_weight_N = batch.loss_weight->reshape({-1});
    counts_N = counts_N.logical_and(loss_weight_N.gt(0));
  }
  const int64_t rows_at_once = kernels::logit_rows_at_once(weight.size(0));
  if (hidden.size(0) > rows_at_once) {
    RECORD_USER_SCOPE("layer/head");
    return {.loss_sum = kernels::linear_cross_entropy_sum(hidden, weight, targets_N, loss_weight_N,
                                                          rows_at_once),
            .num_targets = counts_N.sum()};
  }
  at::Tensor logits_NV;
  {
    RECORD_USER_SCOPE("layer/head");
    logits_NV = kernels::linear(hidden, weight);
  }
  RECORD_USER_SCOPE("layer/loss");
  return {.loss_sum = kernels::cross_entropy_sum(logits_NV, targets_N, loss_weight_N,
                                                 kernels::LogitsUse::kOverwrite),
          .num_targets = counts_N.sum()};
}

at::Tensor lm_logits(const at::Tensor& hidden, const at::Tensor& weight,
                     const SequenceContext& context) {
  at::Tensor hidden_BTD = hidden.view({context.batch, context.seq_len, -1});
  if (context.state != nullptr && context.state->last_logits_only) {
    hidden_BTD = hidden_BTD.narrow(1, context.seq_len - 1, 1);
  }
  return kernels::linear(hidden_BTD, weight).to(at::kFloat);
}

}  // namespace assay::models
