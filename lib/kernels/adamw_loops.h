#pragma once

#include <cstdint>

#include "kernels/adamw_step.h"
#include "kernels/bf16.h"

/// The optimizer's inner loops on numbers of T = float or Bf16 (computed in fp32), as row_loops.h.
namespace assay::kernels::rows {

/// Sum of x[i]^2.
template <class T>
double sum_of_squares(const T* x, int64_t num);

/// One AdamW update of `num` numbers in one pass; narrow_weight, where it is not null, gets the new
/// weights in bf16.
template <class T>
void adamw(const AdamWStep& step, const T* grad, int64_t num, float* weight, float* exp_avg,
           float* exp_avg_sq, Bf16* narrow_weight);

/// How the numbers of a stretch are rounded: the key of their tensor at this step, and the place of
/// the stretch's first number in it.
struct RoundingKey {
  uint32_t key = 0;
  uint32_t first = 0;
};

/// The same where weights (W), moments (M) or both are bf16 and float otherwise: these are rounded
/// at random, since to the nearest they would lose updates below their last digit. Not for W = M =
/// float. Source: Zamirai et al. 2020, arXiv 2010.06192, section 3.2.
template <class T, class W, class M>
void adamw_rounded(const AdamWStep& step, const RoundingKey& rounding, const T* grad, int64_t num,
                   W* weight, M* exp_avg, M* exp_avg_sq, Bf16* narrow_weight);

}  // namespace assay::kernels::rows
