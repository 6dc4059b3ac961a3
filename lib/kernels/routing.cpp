#include "kernels/routing.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <tuple>
#include <vector>

#include "kernels/router_loops.h"
#include "kernels/row_split.h"

#if ASSAY_CUDA
#include <c10/cuda/CUDAException.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>

#include "kernels/routing_cuda.h"
#endif

// Shapes: N tokens, E experts, g groups, k choices of a token.
namespace assay::kernels {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

rows::RoutingShape shape_of(const RoutingRule& rule, int64_t num_experts) {
  return {.num_experts = num_experts,
          .top_k = rule.top_k,
          .num_groups = rule.num_groups,
          .top_groups = rule.top_groups,
          .sigmoid = rule.scoring == Scoring::kSigmoid,
          .renormalize = rule.renormalize,
          .scale = static_cast<float>(rule.scale)};
}

template <class T>
const T* data_or_null(const at::Tensor& x) {
  return x.defined() ? x.const_data_ptr<T>() : nullptr;
}

int64_t room_for_keys(const rows::RoutingShape& shape) {
  return shape.num_experts + shape.num_groups;
}

/// Numbers that a row's work is worth, for the number of threads.
int64_t work_of_row(const rows::RoutingShape& shape) {
  return shape.num_experts * (4 + shape.top_k);
}

template <class T>
const T* row_or_null(const T* first, int64_t row, int64_t width) {
  return first == nullptr ? nullptr : first + row * width;
}

template <class T>
void route_on_cpu(const rows::RoutingShape& shape, const at::Tensor& logits_NE,
                  const at::Tensor& bias_E, const at::Tensor& forced_Nk, RoutedTokens& out) {
  const int64_t experts = shape.num_experts;
  const int64_t top_k = shape.top_k;
  const T* logits = logits_NE.const_data_ptr<T>();
  const T* bias = data_or_null<T>(bias_E);
  const int64_t* forced = data_or_null<int64_t>(forced_Nk);
  T* scores = out.scores.mutable_data_ptr<T>();
  T* weights = out.weights.mutable_data_ptr<T>();
  int64_t* choices = out.choices.mutable_data_ptr<int64_t>();
  split_rows(logits_NE.size(0), work_of_row(shape), [&](int64_t begin, int64_t end) {
    std::vector<int64_t> keys(static_cast<size_t>(room_for_keys(shape)));
    if constexpr (std::same_as<T, float>) {
      rows::route(shape, logits + begin * experts, bias, row_or_null(forced, begin, top_k),
                  end - begin, keys.data(), scores + begin * experts, choices + begin * top_k,
                  weights + begin * top_k);
    } else {
      for (int64_t n = begin; n < end; ++n) {
        rows::route_row(rows::OneLane{}, shape, logits + n * experts, bias,
                        row_or_null(forced, n, top_k), keys.data(), scores + n * experts,
                        choices + n * top_k, weights + n * top_k);
      }
    }
  });
}

template <class T>
at::Tensor gradient_on_cpu(const rows::RoutingShape& shape, const at::Tensor& scores_NE,
                           const at::Tensor& choices_Nk, const at::Tensor& grad_scores_NE,
                           const at::Tensor& grad_weights_Nk) {
  const int64_t experts = shape.num_experts;
  const int64_t top_k = shape.top_k;
  at::Tensor grad_NE = at::empty_like(scores_NE);
  const T* scores = scores_NE.const_data_ptr<T>();
  const int64_t* choices = choices_Nk.const_data_ptr<int64_t>();
  const T* grad_scores = data_or_null<T>(grad_scores_NE);
  const T* grad_weights = data_or_null<T>(grad_weights_Nk);
  T* grad = grad_NE.mutable_data_ptr<T>();
  split_rows(scores_NE.size(0), 4 * experts, [&](int64_t begin, int64_t end) {
    if constexpr (std::same_as<T, float>) {
      rows::route_backward(shape, scores + begin * experts, choices + begin * top_k,
                           row_or_null(grad_scores, begin, experts),
                           row_or_null(grad_weights, begin, top_k), end - begin,
                           grad + begin * experts);
    } else {
      for (int64_t n = begin; n < end; ++n) {
        rows::route_row_backward(rows::OneLane{}, shape, scores + n * experts, choices + n * top_k,
                                 row_or_null(grad_scores, n, experts),
                                 row_or_null(grad_weights, n, top_k), grad + n * experts);
      }
    }
  });
  return grad_NE;
}

void route_tensors(const rows::RoutingShape& shape, const at::Tensor& logits_NE,
                   const at::Tensor& bias_E, const at::Tensor& forced_Nk, RoutedTokens& out) {
#if ASSAY_CUDA
  if (logits_NE.is_cuda()) {
    const c10::cuda::CUDAGuard guard(logits_NE.device());
    cuda::route(shape, logits_NE.const_data_ptr<float>(), data_or_null<float>(bias_E),
                data_or_null<int64_t>(forced_Nk), logits_NE.size(0),
                out.scores.mutable_data_ptr<float>(), out.choices.mutable_data_ptr<int64_t>(),
                out.weights.mutable_data_ptr<float>(), c10::cuda::getCurrentCUDAStream());
    C10_CUDA_KERNEL_LAUNCH_CHECK();
    return;
  }
#endif
  if (logits_NE.scalar_type() == at::kDouble) {
    route_on_cpu<double>(shape, logits_NE, bias_E, forced_Nk, out);
  } else {
    route_on_cpu<float>(shape, logits_NE, bias_E, forced_Nk, out);
  }
}

at::Tensor route_gradient(const rows::RoutingShape& shape, const at::Tensor& scores_NE,
                          const at::Tensor& choices_Nk, const at::Tensor& grad_scores_NE,
                          const at::Tensor& grad_weights_Nk) {
#if ASSAY_CUDA
  if (scores_NE.is_cuda()) {
    const c10::cuda::CUDAGuard guard(scores_NE.device());
    at::Tensor grad_NE = at::empty_like(scores_NE);
    cuda::route_backward(shape, scores_NE.const_data_ptr<float>(),
                         choices_Nk.const_data_ptr<int64_t>(), data_or_null<float>(grad_scores_NE),
                         data_or_null<float>(grad_weights_Nk), scores_NE.size(0),
                         grad_NE.mutable_data_ptr<float>(), c10::cuda::getCurrentCUDAStream());
    C10_CUDA_KERNEL_LAUNCH_CHECK();
    return grad_NE;
  }
#endif
  return scores_NE.scalar_type() == at::kDouble
             ? gradient_on_cpu<double>(shape, scores_NE, choices_Nk, grad_scores_NE,
                                       grad_weights_Nk)
             : gradient_on_cpu<float>(shape, scores_NE, choices_Nk, grad_scores_NE,
                                      grad_weights_Nk);
}

/// The rule and the sizes, for the backward pass.
struct KeptShape : torch::CustomClassHolder {
  explicit KeptShape(const rows::RoutingShape& of) : shape(of) {}
  rows::RoutingShape shape;
};

class RouteTokens : public torch::autograd::Function<RouteTokens> {
 public:
  static variable_list forward(AutogradContext* ctx, const at::Tensor& logits_NE,
                               const std::optional<at::Tensor>& bias_E,
                               const std::optional<at::Tensor>& forced_Nk,
                               const rows::RoutingShape& shape) {
    RoutedTokens out{.scores = at::empty_like(logits_NE),
                     .weights = at::empty({logits_NE.size(0), shape.top_k}, logits_NE.options()),
                     .choices = at::empty({logits_NE.size(0), shape.top_k},
                                          logits_NE.options().dtype(at::kLong))};
    route_tensors(shape, logits_NE, bias_E.value_or(at::Tensor()), forced_Nk.value_or(at::Tensor()),
                  out);
    ctx->save_for_backward({out.scores, out.choices});
    ctx->saved_data["shape"] = at::IValue::make_capsule(c10::make_intrusive<KeptShape>(shape));
    ctx->set_materialize_grads(false);
    ctx->mark_non_differentiable({out.choices});
    return {out.scores, out.weights, out.choices};
  }

  static variable_list backward(AutogradContext* ctx, const variable_list& grads) {
    const variable_list saved = ctx->get_saved_variables();
    const auto capsule = ctx->saved_data["shape"].toCapsule();
    const auto& kept = static_cast<const KeptShape&>(*capsule);
    const auto plain = [](const at::Tensor& x) { return x.defined() ? x.contiguous() : x; };
    return {route_gradient(kept.shape, saved[0], saved[1], plain(grads[0]), plain(grads[1])),
            {},
            {},
            {}};
  }
};

bool has_kernel(const at::Tensor& logits_NE, int64_t num_groups) {
  if (logits_NE.is_cpu()) {
    return logits_NE.scalar_type() == at::kFloat || logits_NE.scalar_type() == at::kDouble;
  }
#if ASSAY_CUDA
  return logits_NE.is_cuda() && logits_NE.scalar_type() == at::kFloat &&
         logits_NE.size(1) + num_groups <= cuda::kMostRoutedKeys;
#else
  static_cast<void>(num_groups);
  return false;
#endif
}

/// The places of the `num` greatest in each row, best first; of equal ones the first.
at::Tensor best_places(const at::Tensor& x, int64_t num) {
  return std::get<1>(x.sort(std::optional<bool>(true), -1, /*descending=*/true)).narrow(-1, 0, num);
}

/// What the choice goes by: -inf for experts of other groups.
at::Tensor allowed_scores(const at::Tensor& scores_NE, const at::Tensor& bias_E,
                          const RoutingRule& rule) {
  const at::Tensor wanted_NE = bias_E.defined() ? scores_NE + bias_E : scores_NE;
  if (rule.num_groups == 1) return wanted_NE;
  const at::Tensor grouped_NgE = wanted_NE.unflatten(1, {rule.num_groups, -1});
  const int64_t of_group = bias_E.defined() ? std::min<int64_t>(2, grouped_NgE.size(2)) : 1;
  const at::Tensor group_scores_Ng = std::get<0>(grouped_NgE.topk(of_group, -1)).sum(-1);
  const at::Tensor out_Ng =
      at::ones_like(group_scores_Ng, group_scores_Ng.options().dtype(at::kBool))
          .scatter(1, best_places(group_scores_Ng, rule.top_groups), false);
  return grouped_NgE.masked_fill(out_Ng.unsqueeze(-1), -std::numeric_limits<float>::infinity())
      .flatten(1);
}

}  // namespace

RoutedTokens route_by_operators(const at::Tensor& logits, const at::Tensor& selection_bias,
                                const at::Tensor& forced_choices, const RoutingRule& rule) {
  RoutedTokens routed;
  routed.scores = rule.scoring == Scoring::kSoftmax ? logits.softmax(-1) : logits.sigmoid();
  if (forced_choices.defined()) {
    routed.choices = forced_choices;
  } else {
    const at::NoGradGuard no_grad;
    routed.choices =
        best_places(allowed_scores(routed.scores, selection_bias, rule), rule.top_k).contiguous();
  }
  routed.weights = routed.scores.gather(1, routed.choices);
  if (rule.renormalize) routed.weights = routed.weights / routed.weights.sum(-1, /*keepdim=*/true);
  if (rule.scale != 1) routed.weights = routed.weights * rule.scale;
  return routed;
}

RoutedTokens route(const at::Tensor& logits, const at::Tensor& selection_bias,
                   const at::Tensor& forced_choices, const RoutingRule& rule) {
  const int64_t experts = logits.size(1);
  TORCH_CHECK(rule.num_groups > 0 && experts % rule.num_groups == 0 &&
                  rule.top_k <= rule.top_groups * (experts / rule.num_groups),
              "[kernels] a token cannot choose so many experts: ", rule.top_k, " of ", experts,
              " in ", rule.top_groups, " of ", rule.num_groups, " groups");
  if (!has_kernel(logits, rule.num_groups)) {
    return route_by_operators(logits, selection_bias, forced_choices, rule);
  }
  std::optional<at::Tensor> bias;
  if (selection_bias.defined()) bias = selection_bias.to(logits.scalar_type()).contiguous();
  std::optional<at::Tensor> forced;
  if (forced_choices.defined()) forced = forced_choices.contiguous();
  const variable_list out =
      RouteTokens::apply(logits.contiguous(), bias, forced, shape_of(rule, experts));
  return {.scores = out[0], .weights = out[1], .choices = out[2]};
}

}  // namespace assay::kernels
