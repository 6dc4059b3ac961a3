#include "models/olmoe/mixture.h"

#include <ATen/ATen.h>

#include "kernels/expert_layout.h"
#include "kernels/grouped_linear.h"
#include "kernels/swiglu.h"

// Shapes: N tokens, D width, E experts, k choices of a token, M rows sorted by expert, F width of
// an expert.
namespace assay {
namespace {

/// oneDNN compiles a bf16 kernel for every distinct number of rows; rounding up keeps these few.
int64_t row_multiple(const at::Tensor& hidden) {
  return hidden.scalar_type() == at::kBFloat16 ? 32 : 1;
}

}  // namespace

OlmoeMixtureImpl::OlmoeMixtureImpl(const OlmoeConfig& config) : config_(config) {
  const int64_t experts = config.num_experts;
  router_ = register_module("router", models::Linear(config.d_model, experts, false));
  gate_up_ =
      register_parameter("gate_up", at::empty({experts, 2 * config.d_expert, config.d_model}));
  down_ = register_parameter("down", at::empty({experts, config.d_model, config.d_expert}));
}

MixtureOutput OlmoeMixtureImpl::forward(const at::Tensor& hidden) {
  const at::Tensor logits_NE = at::linear(hidden.to(at::kFloat), router_->weight.to(at::kFloat));
  const at::Tensor probabilities_NE = logits_NE.softmax(-1);
  auto [weights_Nk, choices_Nk] = probabilities_NE.topk(config_.top_k, -1);
  if (config_.renormalize) weights_Nk = weights_Nk / weights_Nk.sum(-1, /*keepdim=*/true);

  const auto layout = kernels::expert_layout(choices_Nk, config_.num_experts, row_multiple(hidden));
  const at::Tensor rows_MD = kernels::dispatch_rows(hidden, layout);
  const at::Tensor inner_MF =
      kernels::swiglu(kernels::grouped_linear(rows_MD, gate_up_, layout.row_ends));
  const at::Tensor out_MD = kernels::grouped_linear(inner_MF, down_, layout.row_ends);

  MixtureOutput output{.hidden = kernels::combine_rows(out_MD, weights_Nk, layout),
                       .tokens_per_expert = layout.num_tokens};
  output.aux_loss = config_.aux_loss_weight *
                        load_balancing_loss(probabilities_NE, layout.num_tokens, config_.top_k) +
                    config_.z_loss_weight * router_z_loss(logits_NE);
  return output;
}

at::Tensor load_balancing_loss(const at::Tensor& probabilities, const at::Tensor& num_chosen,
                               int64_t top_k) {
  const auto num_choices = static_cast<double>(probabilities.size(0) * top_k);
  const at::Tensor share_E = num_chosen.to(at::kFloat) / num_choices;
  return static_cast<double>(probabilities.size(1)) * at::dot(share_E, probabilities.mean(0));
}

at::Tensor router_z_loss(const at::Tensor& logits) { return logits.logsumexp(-1).square().mean(); }

}  // namespace assay
