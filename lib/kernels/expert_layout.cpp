#include "kernels/expert_layout.h"

#include <torch/csrc/autograd/custom_function.h>

#include <vector>

// Shapes: N tokens, k choices of a token, E experts, M rows sorted by expert, D features.
namespace assay::kernels {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

ExpertLayout sorted_on_cpu(const at::Tensor& choices_Nk, int64_t num_experts,
                           int64_t row_multiple) {
  const int64_t num_pairs = choices_Nk.numel();
  const int64_t top_k = choices_Nk.size(1);
  const at::Tensor contiguous = choices_Nk.contiguous();
  const int64_t* choice = contiguous.const_data_ptr<int64_t>();
  ExpertLayout layout;
  layout.num_tokens = at::zeros({num_experts}, at::kLong);
  layout.row_ends = at::empty({num_experts}, at::kInt);
  layout.pair_row = at::empty({choices_Nk.size(0), top_k}, at::kLong);
  int64_t* count = layout.num_tokens.mutable_data_ptr<int64_t>();
  for (int64_t pair = 0; pair < num_pairs; ++pair) ++count[choice[pair]];
  std::vector<int64_t> next(static_cast<size_t>(num_experts));
  int64_t end = 0;
  for (int64_t expert = 0; expert < num_experts; ++expert) {
    next[static_cast<size_t>(expert)] = end;
    end += (count[expert] + row_multiple - 1) / row_multiple * row_multiple;
    layout.row_ends.mutable_data_ptr<int32_t>()[expert] = static_cast<int32_t>(end);
  }
  layout.row_token = at::full({end}, -1, at::kLong);
  int64_t* token_of = layout.row_token.mutable_data_ptr<int64_t>();
  int64_t* row_of = layout.pair_row.mutable_data_ptr<int64_t>();
  for (int64_t pair = 0; pair < num_pairs; ++pair) {
    const int64_t row = next[static_cast<size_t>(choice[pair])]++;
    row_of[pair] = row;
    token_of[row] = pair / top_k;
  }
  return layout;
}

/// Sort and searches instead of counting, since a histogram of data-dependent size would wait.
ExpertLayout sorted_on_device(const at::Tensor& choices_Nk, int64_t num_experts) {
  const int64_t top_k = choices_Nk.size(1);
  const auto [sorted, order] = choices_Nk.reshape({-1}).sort(/*stable=*/true);
  const at::Tensor experts = at::arange(num_experts, choices_Nk.options());
  const at::Tensor ends = at::searchsorted(sorted, experts, /*out_int32=*/true, /*right=*/true);
  const at::Tensor rows = at::arange(order.numel(), order.options());
  ExpertLayout layout;
  layout.row_token = order.floor_divide(top_k);
  layout.pair_row = at::empty_like(order).scatter_(0, order, rows).view_as(choices_Nk);
  layout.row_ends = ends;
  layout.num_tokens = at::diff(ends, 1, 0, at::zeros({1}, ends.options())).to(at::kLong);
  return layout;
}

at::Tensor gather_rows(const at::Tensor& tokens_ND, const at::Tensor& row_token_M) {
  if (tokens_ND.is_cuda()) return tokens_ND.index_select(0, row_token_M);
  at::Tensor rows = tokens_ND.index_select(0, row_token_M.clamp_min(0));
  return rows.masked_fill_(row_token_M.lt(0).unsqueeze(-1), 0);
}

/// Rows of each token, fp32 [N, k, D].
at::Tensor rows_of_tokens(const at::Tensor& rows_MD, const at::Tensor& pair_row_Nk) {
  return rows_MD.index_select(0, pair_row_Nk.reshape({-1}))
      .to(at::kFloat)
      .view({pair_row_Nk.size(0), pair_row_Nk.size(1), rows_MD.size(1)});
}

class DispatchRows : public torch::autograd::Function<DispatchRows> {
 public:
  static at::Tensor forward(AutogradContext* ctx, const at::Tensor& tokens_ND,
                            const at::Tensor& row_token_M, const at::Tensor& pair_row_Nk) {
    ctx->save_for_backward({pair_row_Nk});
    return gather_rows(tokens_ND, row_token_M);
  }

  /// A token's gradient is the sum over its rows: a gather, where autograd would scatter.
  static variable_list backward(AutogradContext* ctx, const variable_list& grads) {
    const at::Tensor grad = rows_of_tokens(grads[0], ctx->get_saved_variables()[0]).sum(1);
    return {grad.to(grads[0].scalar_type()), {}, {}};
  }
};

class CombineRows : public torch::autograd::Function<CombineRows> {
 public:
  static at::Tensor forward(AutogradContext* ctx, const at::Tensor& rows_MD,
                            const at::Tensor& weights_Nk, const at::Tensor& row_token_M,
                            const at::Tensor& pair_row_Nk) {
    ctx->save_for_backward({rows_MD, weights_Nk, row_token_M, pair_row_Nk});
    const at::Tensor parts_NkD = rows_of_tokens(rows_MD, pair_row_Nk);
    return (parts_NkD * weights_Nk.unsqueeze(-1)).sum(1).to(rows_MD.scalar_type());
  }

  static variable_list backward(AutogradContext* ctx, const variable_list& grads) {
    const variable_list saved = ctx->get_saved_variables();
    const at::Tensor& rows_MD = saved[0];
    const at::Tensor& weights_Nk = saved[1];
    const at::Tensor& pair_row_Nk = saved[3];
    const at::Tensor grad_ND = grads[0].to(at::kFloat);
    const at::Tensor weight_grad_Nk =
        (rows_of_tokens(rows_MD, pair_row_Nk) * grad_ND.unsqueeze(1)).sum(-1);
    at::Tensor row_weight_M = at::zeros({rows_MD.size(0)}, weights_Nk.options());
    row_weight_M.scatter_(0, pair_row_Nk.reshape({-1}), weights_Nk.reshape({-1}));
    const at::Tensor row_grad_MD =
        gather_rows(grad_ND, saved[2]) * row_weight_M.unsqueeze(-1);
    return {row_grad_MD.to(rows_MD.scalar_type()), weight_grad_Nk, {}, {}};
  }
};

}  // namespace

ExpertLayout expert_layout(const at::Tensor& choices, int64_t num_experts, int64_t row_multiple) {
  return choices.is_cuda() ? sorted_on_device(choices, num_experts)
                           : sorted_on_cpu(choices, num_experts, row_multiple);
}

at::Tensor dispatch_rows(const at::Tensor& tokens, const ExpertLayout& layout) {
  return DispatchRows::apply(tokens, layout.row_token, layout.pair_row);
}

at::Tensor combine_rows(const at::Tensor& rows, const at::Tensor& weights,
                        const ExpertLayout& layout) {
  return CombineRows::apply(rows, weights, layout.row_token, layout.pair_row);
}

}  // namespace assay::kernels
