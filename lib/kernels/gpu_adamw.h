#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "kernels/adamw.h"
#include "kernels/adamw_step.h"

/// AdamW on a GPU by own kernels (adamw_cuda.h): nothing waits for the device, and a recorded
/// update follows the tensors that it reads. Only in a program that was built with CUDA.
namespace assay::kernels {

/// What an update goes by, [] each; on the CPU or the GPU.
struct UpdateScalars {
  const at::Tensor& lr;  ///< is rounded to fp32, wherever it lies
  const at::Tensor& num_targets;
  const at::Tensor& loss_sum;
};

/// What was decided, on the GPU.
struct GpuDecision {
  at::Tensor grad_norm;   ///< fp32 [], of the mean gradient, before clipping
  at::Tensor skipped;     ///< fp32 [], 1 where nothing may change
  at::Tensor grad_scale;  ///< fp32 [], what gradients are divided by: mean and clipping
  at::Tensor bytes;       ///< uint8: a rows::AdamWDecision
};

/// Decides an update by the norm of all gradients, fp32 or bf16, and counts it in `applied_steps`,
/// fp32 [1]. Throws: DeviceError without CUDA.
GpuDecision decide_on_gpu(const rows::AdamWSettings& settings,
                          const std::vector<at::Tensor>& gradients, const UpdateScalars& scalars,
                          const at::Tensor& applied_steps);

/// The update of tensors that share dtypes, none of them codes, in one pass over memory;
/// `rounding_keys` are the bits of the tensors' names. Throws: DeviceError without CUDA.
void adamw_update_on_gpu(const AdamWTensors& tensors, const GpuDecision& decision,
                         double weight_decay);

}  // namespace assay::kernels
