#include "models/layers/router.h"

#include <ATen/ATen.h>

#include "models/layers/fresh_weight.h"

// Shapes: N tokens, B sequences, T positions, E experts, g groups, k choices of a token.
namespace assay::models {

RouterImpl::RouterImpl(const RouterShape& shape) : shape_(shape) {
  weight_ = register_parameter("weight", fresh_weight({shape.num_experts, shape.d_model}));
  if (shape.bias) bias_ = register_parameter("bias", fresh_weight({shape.num_experts}, 0));
  if (shape.selection_bias) {
    selection_bias_ = register_buffer("selection_bias", fresh_weight({shape.num_experts}, 0));
  }
}

kernels::RoutingRule RouterImpl::rule() const {
  return {.scoring = shape_.scoring,
          .top_k = shape_.top_k,
          .num_groups = shape_.num_groups,
          .top_groups = shape_.top_groups,
          .renormalize = shape_.renormalize,
          .scale = shape_.routed_scale};
}

Routing RouterImpl::forward(const at::Tensor& hidden) {
  const at::Tensor bias = bias_.defined() ? bias_.to(at::kFloat) : at::Tensor();
  const at::Tensor logits = at::linear(hidden.to(at::kFloat), weight_.to(at::kFloat), bias);
  at::Tensor forced;
  if (shape_.forced_balance) {
    forced = experts_in_turn(hidden.size(0), shape_.top_k, shape_.num_experts, hidden.device());
  }
  const kernels::RoutedTokens routed = kernels::route(logits, selection_bias_, forced, rule());
  return {.logits = logits,
          .scores = routed.scores,
          .choices = routed.choices,
          .weights = routed.weights};
}

void RouterImpl::balance(const at::Tensor& tokens_per_expert) {
  if (!shape_.selection_bias || shape_.selection_bias_speed == 0) return;
  const at::NoGradGuard no_grad;
  const at::Tensor load_E = tokens_per_expert.to(selection_bias_.device(), at::kFloat);
  selection_bias_.add_((load_E.mean() - load_E).sign(), shape_.selection_bias_speed);
}

at::Tensor experts_in_turn(int64_t num_tokens, int64_t top_k, int64_t num_experts,
                           at::Device device) {
  return at::arange(num_tokens * top_k, at::TensorOptions(device).dtype(at::kLong))
      .remainder(num_experts)
      .view({num_tokens, top_k});
}

at::Tensor score_entropy_sum(const at::Tensor& scores) {
  const at::Tensor sums_N = scores.sum(-1);
  const at::Tensor logs_N = at::special_entr(scores).sum(-1);  // -sum s log s
  return (logs_N / sums_N + sums_N.log()).sum();
}

at::Tensor load_balancing_loss(const at::Tensor& probabilities, const at::Tensor& num_chosen,
                               int64_t top_k) {
  const auto num_choices = static_cast<double>(probabilities.size(0) * top_k);
  const at::Tensor share_E = num_chosen.to(at::kFloat) / num_choices;
  return static_cast<double>(probabilities.size(1)) * at::dot(share_E, probabilities.mean(0));
}

at::Tensor pooled_balance_loss(const at::Tensor& mean_scores, const at::Tensor& num_chosen,
                               int64_t num_tokens) {
  const at::Tensor share_E = num_chosen.to(at::kFloat).mean(0) / static_cast<double>(num_tokens);
  return (share_E * mean_scores.mean(0)).sum() * static_cast<double>(mean_scores.size(1));
}

at::Tensor sequence_balance_loss(const at::Tensor& scores, const at::Tensor& choices,
                                 int64_t num_sequences) {
  const int64_t num_experts = scores.size(1);
  const at::Tensor shares_NE = scores / scores.sum(-1, /*keepdim=*/true);
  const at::Tensor mean_BE = shares_NE.view({num_sequences, -1, num_experts}).mean(1);
  const at::Tensor choices_BM = choices.reshape({num_sequences, -1});
  const at::Tensor count_BE = at::zeros_like(mean_BE).scatter_add(
      1, choices_BM, at::ones(choices_BM.sizes(), mean_BE.options()));
  const double even = static_cast<double>(num_experts) / static_cast<double>(choices_BM.size(1));
  return (count_BE * mean_BE).sum(-1).mean() * even;
}

at::Tensor router_z_loss(const at::Tensor& logits) { return logits.logsumexp(-1).square().mean(); }

}  // namespace assay::models
