#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace assay::kernels {

/// Where an expert's score comes from.
enum class Scoring { kSoftmax, kSigmoid };

/// How a token chooses experts by its logits.
struct RoutingRule {
  Scoring scoring = Scoring::kSoftmax;
  int64_t top_k = 0;
  int64_t num_groups = 1;  ///< of experts that stand next to each other; it divides their number
  int64_t top_groups = 1;  ///< groups that a token may choose from
  bool renormalize = false;
  double scale = 1;
};

/// What N tokens chose.
struct RoutedTokens {
  at::Tensor scores;   ///< [N, E], the logits' dtype
  at::Tensor weights;  ///< [N, k], scores of the choices, renormalised and scaled by the rule
  at::Tensor choices;  ///< int64 [N, k], best first; of equal experts the one with the lower number
};

/// Scores experts, keeps the best groups (a group's score is its best expert's, with a selection
/// bias the sum of its two best), chooses the best k experts in them and weighs these by their
/// scores without the bias: in one pass over the logits, with gradients of scores and weights in
/// one more. logits [N, E] fp32 (fp64: one token after the other); selection_bias fp32 [E] or
/// undefined; forced_choices int64 [N, k] or undefined. A row with a logit that is not finite has
/// NaN scores and some choices. On other devices than CPU and CUDA: route_by_operators. Sources:
/// DeepSeek-V2, arXiv 2405.04434, section 2.2; DeepSeek-V3, arXiv 2412.19437, section 2.1.2.
RoutedTokens route(const at::Tensor& logits, const at::Tensor& selection_bias,
                   const at::Tensor& forced_choices, const RoutingRule& rule);

/// The same by LibTorch's operators and their gradients, on any device.
RoutedTokens route_by_operators(const at::Tensor& logits, const at::Tensor& selection_bias,
                                const at::Tensor& forced_choices, const RoutingRule& rule);

}  // namespace assay::kernels
