#pragma once

#include "kernels/expert_layout.h"

namespace assay::kernels {

/// A layout in which an expert has room for so many choices and the rest is dropped.
struct CapacityLayout {
  ExpertLayout rows;  ///< `num_tokens` are the choices, dropped ones included
  at::Tensor kept;    ///< bool [N, k]; the weights of the others must be 0
};

/// Gives each expert a buffer of `capacity` rows, filled by all first choices in token order, then
/// all second choices and so on; a choice that finds its expert full is dropped. Unused rows are
/// 0, and dropped choices point at one of them. Shapes depend on N and `capacity` only, so nothing
/// waits for the device. Every buffer is one row longer and rounded up to `row_multiple`.
/// Source: Lepikhin et al. 2020, arXiv 2006.16668, algorithm 1 (GShard; its random dispatch of the
/// second choice is left out).
CapacityLayout capacity_layout(const at::Tensor& choices, int64_t num_experts, int64_t capacity,
                               int64_t row_multiple);

}  // namespace assay::kernels
