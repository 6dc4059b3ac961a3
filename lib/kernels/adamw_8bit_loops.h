#pragma once

#include <cstdint>

#include "kernels/adamw_loops.h"

namespace assay::kernels::rows {

/// Both moments of a stretch that begins with a block, as dynamic_code.h.
struct CodedStretch {
  uint8_t* exp_avg = nullptr;
  float* exp_avg_scales = nullptr;  ///< one a block
  uint8_t* exp_avg_sq = nullptr;
  float* exp_avg_sq_scales = nullptr;
};

/// adamw with moments in 8 bits, in one pass over memory: a block's moments are widened to fp32,
/// updated, used for the new weights and coded again. Weights in bf16 (W) are rounded at random.
/// Source: Dettmers et al. 2022, arXiv 2110.02861, section 2.
template <class T, class W>
void adamw_8bit(const AdamWStep& step, const RoundingKey& rounding, const T* grad, int64_t num,
                W* weight, const CodedStretch& moments, Bf16* narrow_weight);

}  // namespace assay::kernels::rows
