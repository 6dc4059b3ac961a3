#pragma once

#include <optional>
#include <vector>

#include "kernels/capacity_layout.h"
#include "models/layers/feed_forward.h"
#include "models/layers/gated_mlp.h"
#include "models/layers/router.h"

namespace assay::models {

/// Weights of the auxiliary losses of one mixture layer.
struct MixtureLosses {
  double load_balance = 0;      ///< load_balancing_loss
  bool pooled = false;          ///< left to the model, which pools it over layers (hf_compat)
  double z = 0;                 ///< router_z_loss
  double sequence_balance = 0;  ///< sequence_balance_loss
};

/// Sizes and parts of a mixture layer.
struct MixtureShape {
  RouterShape router;
  int64_t d_expert = 0;
  int64_t d_shared = 0;  ///< width of the MLP that every token goes to, 0: none
  bool expert_bias = false;
  std::optional<double> swiglu_limit;  ///< gpt-oss' clamped activation instead of SwiGLU
  std::optional<double> capacity_factor = std::nullopt;  ///< of a training pass; absent: dropless
  MixtureLosses losses;
};

/// Mixture of gated experts, dropless unless it has a capacity factor: then an expert computes no
/// more than expert_capacity of a micro-batch's choices, and the others add nothing to their
/// token's sum (its other weights stay as they are). Evaluation and decoding drop nothing. The
/// stacked weights are gate_up [E, 2F, D] (gate first) and down [E, D, F]; the owner fills them. An
/// expert without tokens is legal. Under an ExpertShareGuard E is what one device holds. Sources:
/// Gale et al. 2022 (dropless); DeepSeekMoE, arXiv 2401.06066 (shared experts); Fedus et al. 2021,
/// arXiv 2101.03961, section 2.2 (capacity).
class MixtureImpl : public FeedForward {
 public:
  explicit MixtureImpl(const MixtureShape& shape);

  FeedForwardOutput forward(const at::Tensor& x, const SequenceContext& context) override;
  void after_step(const at::Tensor& tokens_per_expert) override;
  [[nodiscard]] at::Tensor selection_bias() const override { return router_->selection_bias(); }
  /// Computes the experts' products from here on in fp8 (kernels/fp8_linear.h).
  void use_fp8() { fp8_ = true; }
  /// The experts' weights: gate_up [E, 2F, D] and down [E, D, F].
  [[nodiscard]] std::vector<at::Tensor> expert_weights() const { return {gate_up_, down_}; }

 private:
  Routing route(const at::Tensor& x);
  /// Experts' rows and the choices that have one, bool [N, k] (undefined: all of them).
  [[nodiscard]] kernels::CapacityLayout place_choices(const at::Tensor& choices,
                                                      const at::Tensor& x, bool training) const;
  /// The routers' choices of each expert, int64 [E].
  [[nodiscard]] at::Tensor count_choices(const at::Tensor& choices_Nk,
                                         const kernels::ExpertLayout& rows) const;
  [[nodiscard]] bool holds_all() const { return num_held_ == shape_.router.num_experts; }
  at::Tensor run_experts(const at::Tensor& rows, const at::Tensor& row_ends) const;
  [[nodiscard]] at::Tensor expert_product(const at::Tensor& rows, const at::Tensor& weight,
                                          const at::Tensor& row_ends) const;
  at::Tensor weighted_losses(const Routing& routing, const at::Tensor& tokens_per_expert,
                             int64_t num_sequences) const;

  MixtureShape shape_;
  int64_t num_held_;  ///< experts whose weights are here: all, but for an ExpertShareGuard
  Router router_{nullptr};
  at::Tensor gate_up_;
  at::Tensor down_;
  at::Tensor gate_up_bias_;  ///< [E, 2F]
  at::Tensor down_bias_;     ///< [E, D]
  GatedMlp shared_{nullptr};
  bool fp8_ = false;
};
TORCH_MODULE(Mixture);

}  // namespace assay::models
