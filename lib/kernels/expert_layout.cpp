#include "kernels/expert_layout.h"

#include <torch/csrc/autograd/custom_function.h>

#include <cstddef>
#include <cstring>
#include <optional>
#include <vector>

#include "kernels/combine_loops.h"
#include "kernels/cuda_rows.h"
#include "kernels/row_split.h"
#include "kernels/wide_dtype.h"

#if ASSAY_CUDA
#include "kernels/combine_cuda.h"
#endif

// Shapes: N tokens, k choices of a token, E experts, M rows sorted by expert, D features.
namespace assay::kernels {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

ExpertLayout counted_on_cpu(const at::Tensor& choices_Nk, int64_t num_experts,
                            int64_t row_multiple) {
  const int64_t num_pairs = choices_Nk.numel();
  const int64_t top_k = choices_Nk.size(1);
  const at::Tensor contiguous = choices_Nk.contiguous();
  const int64_t* choice = contiguous.const_data_ptr<int64_t>();
  ExpertLayout layout;
  layout.padded = row_multiple > 1;
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

/// Fills the rows that no token has with zeros.
void clear_padding(const at::Tensor& rows_MD, const at::Tensor& row_token_M) {
  const int64_t* token = row_token_M.const_data_ptr<int64_t>();
  const auto bytes = static_cast<size_t>(rows_MD.size(1) * rows_MD.element_size());
  auto* rows = static_cast<std::byte*>(rows_MD.mutable_data_ptr());
  for (int64_t row = 0; row < row_token_M.numel(); ++row) {
    if (token[row] < 0) std::memset(rows + static_cast<size_t>(row) * bytes, 0, bytes);
  }
}

/// gather_rows of tokens in plain memory order on the CPU, in one pass.
at::Tensor copy_rows(const at::Tensor& tokens_ND, const at::Tensor& row_token_M) {
  const int64_t width = tokens_ND.size(1);
  at::Tensor rows_MD = at::empty({row_token_M.numel(), width}, tokens_ND.options());
  const auto bytes = static_cast<size_t>(width * tokens_ND.element_size());
  const int64_t* token = row_token_M.const_data_ptr<int64_t>();
  const auto* from = static_cast<const std::byte*>(tokens_ND.const_data_ptr());
  auto* to = static_cast<std::byte*>(rows_MD.mutable_data_ptr());
  split_rows(row_token_M.numel(), width, [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row) {
      std::byte* place = to + static_cast<size_t>(row) * bytes;
      if (token[row] < 0) {
        std::memset(place, 0, bytes);
      } else {
        std::memcpy(place, from + static_cast<size_t>(token[row]) * bytes, bytes);
      }
    }
  });
  return rows_MD;
}

#if ASSAY_CUDA
at::Tensor copy_rows_on_gpu(const at::Tensor& tokens_ND, const at::Tensor& row_token_M) {
  at::Tensor rows_MD = at::empty({row_token_M.numel(), tokens_ND.size(1)}, tokens_ND.options());
  with_row_type(tokens_ND, [&]<class T>(T) {
    launch_beside(tokens_ND, [&](cudaStream_t stream) {
      cuda::copy_rows(row_data<T>(tokens_ND), row_token_M.const_data_ptr<int64_t>(),
                      row_token_M.numel(), tokens_ND.size(1), mutable_row_data<T>(rows_MD), stream);
    });
  });
  return rows_MD;
}

at::Tensor sum_on_gpu(const at::Tensor& rows_MD, const at::Tensor& weights_Nk,
                      const at::Tensor& pair_row_Nk) {
  at::Tensor out_ND = at::empty({pair_row_Nk.size(0), rows_MD.size(1)}, rows_MD.options());
  const float* weights = weights_Nk.defined() ? weights_Nk.const_data_ptr<float>() : nullptr;
  with_row_type(rows_MD, [&]<class T>(T) {
    launch_beside(rows_MD, [&](cudaStream_t stream) {
      cuda::weighted_sum(row_data<T>(rows_MD), pair_row_Nk.const_data_ptr<int64_t>(), weights,
                         pair_row_Nk.size(0), pair_row_Nk.size(1), rows_MD.size(1),
                         mutable_row_data<T>(out_ND), stream);
    });
  });
  return out_ND;
}

variable_list combine_gradients_on_gpu(const at::Tensor& grad_ND, const at::Tensor& rows_MD,
                                       const at::Tensor& weights_Nk, const at::Tensor& pair_row_Nk,
                                       bool padded) {
  at::Tensor row_grad_MD = padded ? at::zeros_like(rows_MD) : at::empty_like(rows_MD);
  at::Tensor weight_grad_Nk = at::empty_like(weights_Nk);
  with_row_type(rows_MD, [&]<class T>(T) {
    launch_beside(rows_MD, [&](cudaStream_t stream) {
      cuda::weighted_sum_backward(
          row_data<T>(grad_ND), row_data<T>(rows_MD), pair_row_Nk.const_data_ptr<int64_t>(),
          weights_Nk.const_data_ptr<float>(), pair_row_Nk.size(0), pair_row_Nk.size(1),
          rows_MD.size(1), mutable_row_data<T>(row_grad_MD),
          weight_grad_Nk.mutable_data_ptr<float>(), stream);
    });
  });
  return {row_grad_MD, weight_grad_Nk};
}
#endif

/// Rows of tokens, 0 where the row is padding.
at::Tensor gather_rows(const at::Tensor& tokens_ND, const at::Tensor& row_token_M, bool padded) {
  if (has_row_loops(tokens_ND)) return copy_rows(tokens_ND.contiguous(), row_token_M);
#if ASSAY_CUDA
  if (has_cuda_rows(tokens_ND)) return copy_rows_on_gpu(tokens_ND.contiguous(), row_token_M);
#endif
  if (!padded) return tokens_ND.index_select(0, row_token_M);
  at::Tensor rows = tokens_ND.index_select(0, row_token_M.clamp_min(0));
  return rows.masked_fill_(row_token_M.lt(0).unsqueeze(-1), 0);
}

/// sum over j of weights[n, j] x rows[pair_row[n, j]] in fp32, back in rows' dtype. Undefined
/// weights are all 1.
at::Tensor sum_of_rows(const at::Tensor& rows_MD, const at::Tensor& weights_Nk,
                       const at::Tensor& pair_row_Nk) {
  const int64_t num = pair_row_Nk.size(0);
  const int64_t top_k = pair_row_Nk.size(1);
  const int64_t width = rows_MD.size(1);
#if ASSAY_CUDA
  if (has_cuda_rows(rows_MD)) return sum_on_gpu(rows_MD, weights_Nk, pair_row_Nk);
#endif
  if (!has_row_loops(rows_MD)) {
    at::Tensor parts_NkD = rows_MD.index_select(0, pair_row_Nk.reshape({-1}))
                               .to(wide_dtype(rows_MD))
                               .view({num, top_k, width});
    if (weights_Nk.defined()) parts_NkD = parts_NkD * weights_Nk.unsqueeze(-1);
    return parts_NkD.sum(1).to(rows_MD.scalar_type());
  }
  at::Tensor out_ND = at::empty({num, width}, rows_MD.options());
  const float* weights = weights_Nk.defined() ? weights_Nk.const_data_ptr<float>() : nullptr;
  const int64_t* index = pair_row_Nk.const_data_ptr<int64_t>();
  with_row_type(rows_MD, [&]<class T>(T) {
    const T* source = row_data<T>(rows_MD);
    T* out = mutable_row_data<T>(out_ND);
    split_rows(num, top_k * width, [&](int64_t begin, int64_t end) {
      std::vector<float> sum(static_cast<size_t>(width));
      rows::weighted_sum(source, index + begin * top_k,
                         weights == nullptr ? nullptr : weights + begin * top_k, end - begin, top_k,
                         width, sum.data(), out + begin * width);
    });
  });
  return out_ND;
}

class DispatchRows : public torch::autograd::Function<DispatchRows> {
 public:
  static at::Tensor forward(AutogradContext* ctx, const at::Tensor& tokens_ND,
                            const at::Tensor& row_token_M, const at::Tensor& pair_row_Nk,
                            bool padded) {
    ctx->save_for_backward({pair_row_Nk});
    return gather_rows(tokens_ND, row_token_M, padded);
  }

  /// A token's gradient is the sum over its rows: a gather, where autograd would scatter.
  static variable_list backward(AutogradContext* ctx, const variable_list& grads) {
    return {sum_of_rows(grads[0].contiguous(), {}, ctx->get_saved_variables()[0]), {}, {}, {}};
  }
};

/// Gradients of rows and weights, through LibTorch's operators.
variable_list combine_gradients(const at::Tensor& grad, const at::Tensor& rows_MD,
                                const at::Tensor& weights_Nk, const at::Tensor& row_token_M,
                                const at::Tensor& pair_row_Nk, bool padded) {
  const at::Tensor pairs = pair_row_Nk.reshape({-1});
  const at::Tensor grad_ND = grad.to(wide_dtype(rows_MD));
  const at::Tensor parts_NkD =
      rows_MD.index_select(0, pairs)
          .to(wide_dtype(rows_MD))
          .view({pair_row_Nk.size(0), pair_row_Nk.size(1), rows_MD.size(1)});
  at::Tensor row_weight_M = at::zeros({rows_MD.size(0)}, weights_Nk.options());
  row_weight_M.scatter_(0, pairs, weights_Nk.reshape({-1}));
  const at::Tensor row_grad_MD =
      gather_rows(grad_ND, row_token_M, padded) * row_weight_M.unsqueeze(-1);
  return {row_grad_MD.to(rows_MD.scalar_type()),
          (parts_NkD * grad_ND.unsqueeze(1)).sum(-1).to(weights_Nk.scalar_type())};
}

variable_list combine_gradients_of_rows(const at::Tensor& grad_ND, const at::Tensor& rows_MD,
                                        const at::Tensor& weights_Nk, const at::Tensor& row_token_M,
                                        const at::Tensor& pair_row_Nk, bool padded) {
  const int64_t top_k = pair_row_Nk.size(1);
  const int64_t width = rows_MD.size(1);
  // Rows that no pair has are padding, and there are none where nothing is padded.
  at::Tensor row_grad_MD = at::empty_like(rows_MD);
  if (padded) clear_padding(row_grad_MD, row_token_M);
  at::Tensor weight_grad_Nk = at::empty_like(weights_Nk);
  const float* weights = weights_Nk.const_data_ptr<float>();
  const int64_t* index = pair_row_Nk.const_data_ptr<int64_t>();
  float* weight_grad = weight_grad_Nk.mutable_data_ptr<float>();
  with_row_type(rows_MD, [&]<class T>(T) {
    const T* grad = row_data<T>(grad_ND);
    const T* source = row_data<T>(rows_MD);
    T* row_grad = mutable_row_data<T>(row_grad_MD);
    split_rows(pair_row_Nk.size(0), top_k * width, [&](int64_t begin, int64_t end) {
      rows::weighted_sum_backward(grad + begin * width, source, index + begin * top_k,
                                  weights + begin * top_k, end - begin, top_k, width, row_grad,
                                  weight_grad + begin * top_k);
    });
  });
  return {row_grad_MD, weight_grad_Nk};
}

/// Gradients of rows and weights by loops, kernels or operators.
variable_list gradients_of(const at::Tensor& grad_ND, const at::Tensor& rows_MD,
                           const at::Tensor& weights_Nk, const at::Tensor& row_token_M,
                           const at::Tensor& pair_row_Nk, bool padded) {
  if (has_row_loops(rows_MD)) {
    return combine_gradients_of_rows(grad_ND.contiguous(), rows_MD, weights_Nk, row_token_M,
                                     pair_row_Nk, padded);
  }
#if ASSAY_CUDA
  if (has_cuda_rows(rows_MD)) {
    return combine_gradients_on_gpu(grad_ND.contiguous(), rows_MD, weights_Nk, pair_row_Nk, padded);
  }
#endif
  return combine_gradients(grad_ND, rows_MD, weights_Nk, row_token_M, pair_row_Nk, padded);
}

class CombineRows : public torch::autograd::Function<CombineRows> {
 public:
  static at::Tensor forward(AutogradContext* ctx, const at::Tensor& rows_MD,
                            const at::Tensor& weights_Nk, const at::Tensor& row_token_M,
                            const at::Tensor& pair_row_Nk, bool padded) {
    ctx->save_for_backward({rows_MD, weights_Nk, row_token_M, pair_row_Nk});
    ctx->saved_data["padded"] = padded;
    return sum_of_rows(rows_MD, weights_Nk, pair_row_Nk);
  }

  static variable_list backward(AutogradContext* ctx, const variable_list& grads) {
    const variable_list saved = ctx->get_saved_variables();
    const bool padded = ctx->saved_data["padded"].toBool();
    variable_list result = gradients_of(grads[0], saved[0], saved[1], saved[2], saved[3], padded);
    result.resize(5);
    return result;
  }
};

}  // namespace

ExpertLayout expert_layout_by_sorting(const at::Tensor& choices, int64_t num_experts) {
  const int64_t top_k = choices.size(1);
  const auto [sorted, order] = choices.reshape({-1}).sort(std::optional<bool>(true), 0);
  const at::Tensor experts = at::arange(num_experts, choices.options());
  const at::Tensor ends = at::searchsorted(sorted, experts, /*out_int32=*/true, /*right=*/true);
  const at::Tensor rows = at::arange(order.numel(), order.options());
  ExpertLayout layout;
  layout.row_token = order.floor_divide(top_k);
  layout.pair_row = at::empty_like(order).scatter_(0, order, rows).view_as(choices);
  layout.row_ends = ends;
  layout.num_tokens = at::diff(ends, 1, 0, at::zeros({1}, ends.options())).to(at::kLong);
  return layout;
}

ExpertLayout expert_layout(const at::Tensor& choices, int64_t num_experts, int64_t row_multiple) {
  return choices.is_cuda() ? expert_layout_by_sorting(choices, num_experts)
                           : counted_on_cpu(choices, num_experts, row_multiple);
}

at::Tensor dispatch_rows(const at::Tensor& tokens, const ExpertLayout& layout) {
  return DispatchRows::apply(tokens, layout.row_token, layout.pair_row, layout.padded);
}

at::Tensor combine_rows(const at::Tensor& rows, const at::Tensor& weights,
                        const ExpertLayout& layout) {
  return CombineRows::apply(rows.contiguous(), weights.contiguous(), layout.row_token,
                            layout.pair_row, layout.padded);
}

}  // namespace assay::kernels
