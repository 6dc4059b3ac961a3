#include "models/layers/mixture.h"

#include <ATen/ATen.h>
#include <ATen/record_function.h>

#include "kernels/expert_layout.h"
#include "kernels/fp8_linear.h"
#include "kernels/grouped_linear.h"
#include "kernels/swiglu.h"
#include "models/layers/expert_share.h"
#include "models/layers/fresh_weight.h"
#include "specs/expert_dispatch.h"

// Shapes: N tokens, D width, E experts, k choices of a token, M rows sorted by expert, F width of
// an expert.
namespace assay::models {
namespace {

/// oneDNN compiles a bf16 kernel for every distinct number of rows; rounding up keeps these few.
int64_t row_multiple(const at::Tensor& hidden) {
  return hidden.scalar_type() == at::kBFloat16 ? 32 : 1;
}

/// The bias [E, X] of each row's expert: [M, X].
at::Tensor bias_of_rows(const at::Tensor& bias_EX, const at::Tensor& row_ends_E, int64_t num_rows) {
  const at::Tensor rows_M = at::arange(num_rows, row_ends_E.options());
  const at::Tensor expert_M = at::searchsorted(row_ends_E, rows_M, false, /*right=*/true);
  return bias_EX.index_select(0, expert_M);
}

at::Tensor dispatch(const at::Tensor& x, const kernels::ExpertLayout& layout) {
  RECORD_USER_SCOPE("layer/dispatch");
  return kernels::dispatch_rows(x, layout);
}

at::Tensor combine(const at::Tensor& out_MD, const at::Tensor& weights,
                   const kernels::ExpertLayout& layout) {
  RECORD_USER_SCOPE("layer/combine");
  return kernels::combine_rows(out_MD, weights, layout);
}

/// gpt-oss: (up + 1) x gate x sigmoid(1.702 gate), both bounded before. Source: openai/gpt-oss
/// `gpt_oss/torch/model.py`, swiglu.
at::Tensor clamped_swiglu(const at::Tensor& gate_up_MF, double limit) {
  const auto halves = gate_up_MF.to(at::kFloat).chunk(2, -1);
  const at::Tensor gate = halves[0].clamp_max(limit);
  const at::Tensor up = halves[1].clamp(-limit, limit);
  return ((up + 1) * gate * (1.702 * gate).sigmoid()).to(gate_up_MF.scalar_type());
}

/// LmOutput::router_sums of one layer.
at::Tensor router_sums(const Routing& routing, const at::Tensor& kept_Nk) {
  const at::NoGradGuard no_grad;
  const at::Tensor entropy = score_entropy_sum(routing.scores).to(at::kDouble);
  const at::Tensor tokens = at::full({}, routing.scores.size(0), entropy.options());
  const at::Tensor dropped = kept_Nk.defined() ? kept_Nk.logical_not().sum().to(at::kDouble)
                                               : at::zeros({}, entropy.options());
  return at::stack({entropy, tokens, dropped});
}

}  // namespace

MixtureImpl::MixtureImpl(const MixtureShape& shape)
    : shape_(shape), num_held_(num_held_experts(shape.router.num_experts)) {
  const int64_t experts = num_held_;
  const int64_t d = shape.router.d_model;
  router_ = register_module("router", Router(shape.router));
  gate_up_ = register_parameter("gate_up", fresh_weight({experts, 2 * shape.d_expert, d}));
  down_ = register_parameter("down", fresh_weight({experts, d, shape.d_expert}));
  if (shape.expert_bias) {
    gate_up_bias_ =
        register_parameter("gate_up_bias", fresh_weight({experts, 2 * shape.d_expert}, 0));
    down_bias_ = register_parameter("down_bias", fresh_weight({experts, d}, 0));
  }
  if (shape.d_shared > 0) shared_ = register_module("shared", GatedMlp(d, shape.d_shared));
}

at::Tensor MixtureImpl::expert_product(const at::Tensor& rows, const at::Tensor& weight,
                                       const at::Tensor& row_ends) const {
  return fp8_ ? kernels::fp8_grouped_linear(rows, weight, row_ends)
              : kernels::grouped_linear(rows, weight, row_ends);
}

at::Tensor MixtureImpl::run_experts(const at::Tensor& rows, const at::Tensor& row_ends) const {
  RECORD_USER_SCOPE("layer/experts");
  at::Tensor inner_MF = expert_product(rows, gate_up_, row_ends);
  if (shape_.expert_bias) {
    inner_MF = inner_MF + bias_of_rows(gate_up_bias_, row_ends, rows.size(0));
  }
  inner_MF = shape_.swiglu_limit ? clamped_swiglu(inner_MF, *shape_.swiglu_limit)
                                 : kernels::swiglu(inner_MF);
  at::Tensor out_MD = expert_product(inner_MF, down_, row_ends);
  if (shape_.expert_bias) out_MD = out_MD + bias_of_rows(down_bias_, row_ends, rows.size(0));
  return out_MD;
}

at::Tensor MixtureImpl::weighted_losses(const Routing& routing, const at::Tensor& tokens_per_expert,
                                        int64_t num_sequences) const {
  const MixtureLosses& losses = shape_.losses;
  at::Tensor sum;
  const auto add = [&](double weight, const at::Tensor& loss) {
    sum = sum.defined() ? sum + weight * loss : weight * loss;
  };
  if (losses.load_balance > 0 && !losses.pooled) {
    add(losses.load_balance,
        load_balancing_loss(routing.scores, tokens_per_expert, shape_.router.top_k));
  }
  if (losses.z > 0) add(losses.z, router_z_loss(routing.logits));
  if (losses.sequence_balance > 0) {
    add(losses.sequence_balance,
        sequence_balance_loss(routing.scores, routing.choices, num_sequences));
  }
  return sum;
}

Routing MixtureImpl::route(const at::Tensor& x) {
  RECORD_USER_SCOPE("layer/router");
  return router_(x);
}

kernels::CapacityLayout MixtureImpl::place_choices(const at::Tensor& choices, const at::Tensor& x,
                                                   bool training) const {
  const at::Tensor held_Nk = holds_all() ? choices : choices.remainder(num_held_);
  if (!shape_.capacity_factor || !training) {
    return {.rows = kernels::expert_layout(held_Nk, num_held_, row_multiple(x)), .kept = {}};
  }
  const int64_t capacity =
      expert_capacity(x.size(0), shape_.router.top_k, num_held_, *shape_.capacity_factor);
  return kernels::capacity_layout(held_Nk, num_held_, capacity, x.is_cuda() ? 1 : row_multiple(x));
}

at::Tensor MixtureImpl::count_choices(const at::Tensor& choices_Nk,
                                      const kernels::ExpertLayout& rows) const {
  if (holds_all()) return rows.num_tokens;
  const at::Tensor flat = choices_Nk.flatten();
  return at::zeros({shape_.router.num_experts}, flat.options())
      .scatter_add(0, flat, at::ones_like(flat));
}

FeedForwardOutput MixtureImpl::forward(const at::Tensor& x, const SequenceContext& context) {
  const Routing routing = route(x);
  const auto [rows, kept_Nk] = place_choices(routing.choices, x, context.training);
  const at::Tensor out_MD = run_experts(dispatch(x, rows), rows.row_ends);
  const at::Tensor weights_Nk = kept_Nk.defined() ? routing.weights * kept_Nk : routing.weights;
  FeedForwardOutput output{.hidden = combine(out_MD, weights_Nk, rows),
                           .tokens_per_expert = count_choices(routing.choices, rows)};
  if (!shared_.is_empty()) output.hidden = output.hidden + shared_->transform(x);
  output.aux_loss = weighted_losses(routing, output.tokens_per_expert, context.batch);
  if (shape_.losses.pooled) output.mean_scores = routing.scores.mean(0);
  if (context.training) output.router_sums = router_sums(routing, kept_Nk);
  return output;
}

void MixtureImpl::after_step(const at::Tensor& tokens_per_expert) {
  router_->balance(tokens_per_expert);
}

}  // namespace assay::models
