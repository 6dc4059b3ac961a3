#pragma once

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>

#include "kernels/routing.h"
#include "models/layers/linear.h"

namespace assay::models {

using kernels::Scoring;

/// How tokens choose experts.
struct RouterShape {
  int64_t d_model = 0;
  int64_t num_experts = 0;
  int64_t top_k = 0;
  Scoring scoring = Scoring::kSoftmax;
  bool bias = false;            ///< a bias of the logits (gpt-oss)
  bool selection_bias = false;  ///< a bias of the choice alone, moved by the load (DeepSeek-V3)
  double selection_bias_speed = 0;
  int64_t num_groups = 1;
  int64_t top_groups = 1;  ///< groups of experts that a token may choose from
  bool renormalize = false;
  double routed_scale = 1;
  bool forced_balance = false;  ///< experts_in_turn instead of the best scores
};

/// What a router decided for N tokens.
struct Routing {
  at::Tensor logits;   ///< fp32 [N, E]
  at::Tensor scores;   ///< fp32 [N, E], softmax or sigmoid of the logits
  at::Tensor choices;  ///< int64 [N, k]
  at::Tensor weights;  ///< fp32 [N, k]
};

/// Scores experts in fp32 and chooses among them by kernels::route. Experts of other groups are out
/// whatever their score (transformers before 5 scored them 0, to which a negative biased score can
/// lose). Source: deepseek-ai/DeepSeek-V3 `inference/model.py`.
class RouterImpl : public torch::nn::Module {
 public:
  explicit RouterImpl(const RouterShape& shape);

  /// hidden [N, D].
  Routing forward(const at::Tensor& hidden);

  /// Moves the selection bias of each expert one step towards an even load: up where it had fewer
  /// tokens than the mean, down where it had more. tokens_per_expert int64 [E].
  /// Source: Wang et al. 2024, arXiv 2408.15664, algorithm 1.
  void balance(const at::Tensor& tokens_per_expert);

  /// The bias of the choice, fp32 [E]; undefined where there is none.
  [[nodiscard]] const at::Tensor& selection_bias() const { return selection_bias_; }

 private:
  [[nodiscard]] kernels::RoutingRule rule() const;

  RouterShape shape_;
  at::Tensor weight_;
  at::Tensor bias_;
  at::Tensor selection_bias_;  ///< buffer fp32 [E]
};
TORCH_MODULE(Router);

/// Choices int64 [N, k] that give every expert the same load (within one choice): (k n + j) mod E.
/// For benchmarks. Source: pytorch/torchtitan `models/moe`, _debug_force_load_balance.
at::Tensor experts_in_turn(int64_t num_tokens, int64_t top_k, int64_t num_experts,
                           at::Device device);

/// Sum over tokens of the entropy, in nats, of a token's scores made to sum to 1. scores fp32
/// [N, E].
at::Tensor score_entropy_sum(const at::Tensor& scores);

/// E x sum_e f_e P_e: f_e the share of the N x k choices that fell on expert e, P_e the mean router
/// probability. 1 where both are uniform. probabilities fp32 [N, E], num_chosen [E].
/// Source: Fedus et al. 2021, equations 4 to 6, with shares of all choices as OLMoE trained.
at::Tensor load_balancing_loss(const at::Tensor& probabilities, const at::Tensor& num_chosen,
                               int64_t top_k);

/// The balance loss as transformers computes it: over the pooled choices and scores of all layers,
/// and k times as large as load_balancing_loss. mean_scores fp32 [L, E], num_chosen [L, E],
/// `num_tokens` of one layer. Source: huggingface transformers `modeling_mixtral.py`,
/// load_balancing_loss_func.
at::Tensor pooled_balance_loss(const at::Tensor& mean_scores, const at::Tensor& num_chosen,
                               int64_t num_tokens);

/// Mean over sequences of sum_e f_e P_e: f_e = E / (k T) x the choices of e in the sequence, P_e
/// the mean over its tokens of e's share of a token's scores. scores fp32 [B x T, E], choices int64
/// [B x T, k]. Source: DeepSeek-V3, arXiv 2412.19437, equations 17 to 20; DeepSeek-V2's
/// expert-level loss is the same on softmax scores.
at::Tensor sequence_balance_loss(const at::Tensor& scores, const at::Tensor& choices,
                                 int64_t num_sequences);

/// Mean over tokens of logsumexp(logits)^2. logits fp32 [N, E].
/// Source: Zoph et al. 2022, equation 5.
at::Tensor router_z_loss(const at::Tensor& logits);

}  // namespace assay::models
