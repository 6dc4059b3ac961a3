#pragma once

#include <ATen/core/Tensor.h>

namespace assay::kernels {

/// Where each (token, choice) pair goes when rows are sorted by expert. Everything stays on the
/// device of the choices; experts may have no rows.
struct ExpertLayout {
  at::Tensor row_token;   ///< int64 [M], token of a row; -1 for a padding row
  at::Tensor pair_row;    ///< int64 [N, k], row of token n's j-th choice
  at::Tensor row_ends;    ///< int32 [E], one past the last row of each expert
  at::Tensor num_tokens;  ///< int64 [E], pairs of each expert, padding not counted
  bool padded = false;    ///< there may be padding rows
};

/// Sorts the choices int64 [N, k] of experts in [0, num_experts), ties in token order. On the CPU
/// each expert's rows are padded to a multiple of `row_multiple` (CUDA needs no padding: 1).
ExpertLayout expert_layout(const at::Tensor& choices, int64_t num_experts, int64_t row_multiple);

/// The same without padding by sorts and searches, on any device: what CUDA does, since a count of
/// data-dependent size would wait for the device.
ExpertLayout expert_layout_by_sorting(const at::Tensor& choices, int64_t num_experts);

/// Copies tokens [N, D] to their rows [M, D]; padding rows are 0.
at::Tensor dispatch_rows(const at::Tensor& tokens, const ExpertLayout& layout);

/// Sum over choices j of weights[n, j] x rows[pair_row[n, j]]: [N, D] in rows' dtype, added up in
/// fp32. rows [M, D], weights fp32 [N, k].
at::Tensor combine_rows(const at::Tensor& rows, const at::Tensor& weights,
                        const ExpertLayout& layout);

}  // namespace assay::kernels
