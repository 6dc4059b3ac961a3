#include "kernels/capacity_layout.h"

#include <ATen/ATen.h>

#include <optional>

// Shapes: N tokens, k choices of a token, E experts, M rows sorted by expert.
namespace assay::kernels {
namespace {

/// The place of each choice [N, k] among those of its expert: first choices of all tokens first.
at::Tensor places_in_expert(const at::Tensor& choices_Nk, const at::Tensor& num_tokens_E) {
  const auto [sorted, order] = choices_Nk.t().reshape({-1}).sort(std::optional<bool>(true), 0);
  const at::Tensor starts_E = num_tokens_E.cumsum(0) - num_tokens_E;
  const at::Tensor places =
      at::arange(order.numel(), order.options()) - starts_E.index_select(0, sorted);
  return at::empty_like(order).scatter_(0, order, places).view({choices_Nk.size(1), -1}).t();
}

}  // namespace

CapacityLayout capacity_layout(const at::Tensor& choices, int64_t num_experts, int64_t capacity,
                               int64_t row_multiple) {
  const int64_t stride = (capacity + row_multiple) / row_multiple * row_multiple;
  const int64_t unused_row = num_experts * stride - 1;
  CapacityLayout layout;
  layout.rows.num_tokens =
      at::zeros({num_experts}, choices.options())
          .scatter_add_(0, choices.reshape({-1}), at::ones({choices.numel()}, choices.options()));
  const at::Tensor places_Nk = places_in_expert(choices, layout.rows.num_tokens);
  layout.kept = places_Nk.lt(capacity);
  layout.rows.pair_row =
      at::where(layout.kept, choices * stride + places_Nk, unused_row).contiguous();
  const at::Tensor tokens_Nk =
      at::arange(choices.size(0), choices.options()).unsqueeze(1).expand_as(choices);
  layout.rows.row_token = at::full({num_experts * stride}, -1, choices.options());
  layout.rows.row_token.scatter_(0, layout.rows.pair_row.reshape({-1}), tokens_Nk.reshape({-1}));
  layout.rows.row_token.select(0, unused_row).fill_(-1);
  layout.rows.row_ends = (at::arange(1, num_experts + 1, choices.options()) * stride).to(at::kInt);
  layout.rows.padded = true;
  return layout;
}

}  // namespace assay::kernels
