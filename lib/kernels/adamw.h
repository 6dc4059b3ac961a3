#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>
#include <vector>

#include "kernels/adamw_loops.h"

namespace assay::kernels {

/// What one update works on: parallel lists of tensors of one shape each, in plain memory order on
/// the CPU.
struct AdamWTensors {
  const std::vector<at::Tensor>& weights;      ///< fp32, or bf16 where there are no masters
  const std::vector<at::Tensor>& gradients;    ///< fp32 or bf16
  const std::vector<at::Tensor>& exp_avgs;     ///< fp32, bf16, or uint8: codes (moment_codes.h)
  const std::vector<at::Tensor>& exp_avg_sqs;  ///< the same dtype
  const std::vector<at::Tensor>& outputs;  ///< bf16: new weights are written here as well, or none
  /// What each tensor is rounded by at this step; wanted where weights or moments are bf16.
  std::span<const uint32_t> rounding_keys = {};
  std::span<const at::Tensor> exp_avg_scales = {};  ///< fp32, of codes
  std::span<const at::Tensor> exp_avg_sq_scales = {};
};

/// Sum of the squares of all numbers, in double over stretches of fixed length: the same whatever
/// the number of threads. fp32 or bf16 on the CPU.
double sum_of_squares(const std::vector<at::Tensor>& tensors);

/// One AdamW update of all tensors in one pass over memory.
void adamw_update(const AdamWTensors& tensors, const rows::AdamWStep& step);

}  // namespace assay::kernels
