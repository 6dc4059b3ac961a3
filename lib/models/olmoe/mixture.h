#pragma once

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>

#include "models/layers/linear.h"
#include "specs/families/olmoe.h"

namespace assay {

/// What one mixture layer gives for N tokens.
struct MixtureOutput {
  at::Tensor hidden;             ///< [N, D]
  at::Tensor tokens_per_expert;  ///< int64 [E]
  at::Tensor aux_loss;           ///< fp32 [], weighted, per token
};

/// Dropless mixture of SwiGLU experts. Router: softmax over all experts in fp32, then top-k, not
/// renormalised unless the config says so. The stacked weights are gate_up [E, 2F, D] (gate first)
/// and down [E, D, F]; the owner fills them.
/// Source: Muennighoff et al. 2024 (OLMoE), section 2; Gale et al. 2022 (dropless).
class OlmoeMixtureImpl : public torch::nn::Module {
 public:
  explicit OlmoeMixtureImpl(const OlmoeConfig& config);

  /// hidden [N, D].
  MixtureOutput forward(const at::Tensor& hidden);

 private:
  OlmoeConfig config_;
  models::Linear router_{nullptr};
  at::Tensor gate_up_;
  at::Tensor down_;
};
TORCH_MODULE(OlmoeMixture);

/// E x sum_e f_e P_e: f_e the share of the N x k choices that fell on expert e, P_e the mean
/// router probability. 1 where both are uniform. probabilities fp32 [N, E], num_chosen [E].
/// Source: Fedus et al. 2021, equations 4 to 6, with shares of all choices as OLMoE trained.
at::Tensor load_balancing_loss(const at::Tensor& probabilities, const at::Tensor& num_chosen,
                               int64_t top_k);

/// Mean over tokens of logsumexp(logits)^2. logits fp32 [N, E].
/// Source: Zoph et al. 2022, equation 5.
at::Tensor router_z_loss(const at::Tensor& logits);

}  // namespace assay
