#pragma once

#include <c10/core/Device.h>

#include <cstdint>
#include <string>

#include "specs/model_spec.h"
#include "train/optimizer_config.h"
#include "train/train_config.h"

namespace assay {

/// Bytes of training state per parameter. fp32: weight 4, gradient 4, two moments 8. bf16: weight
/// 2, gradient 2, its fp32 copy 4, master 4 (or none), two moments 8. Moments in bf16: 4.
double state_bytes_per_parameter(Precision precision, const OptimizerConfig& optimizer);

/// Bytes of one number of the activations. Of fp8 as of bf16: an upper bound, since the inputs of
/// its products are kept in one byte.
double activation_bytes(Precision precision);

/// What a run is known to need. Work space of kernels and gradients in flight come on top.
struct MemoryNeed {
  Bytes state;        ///< weights, gradients, optimizer
  Bytes logits;       ///< of the rows in memory at once, fp32 with their gradient
  Bytes activations;  ///< of the blocks, of one micro-batch: own_activation_memory, with `again`
  [[nodiscard]] Bytes total() const { return state + logits + activations; }
};
MemoryNeed predict_memory(const ModelSpec& spec, const TrainConfig& config,
                          const OptimizerConfig& optimizer = {});

/// Memory of a device as a run sees it.
struct DeviceMemory {
  Bytes used;   ///< by this process (CPU: resident; GPU: of the whole device)
  Bytes limit;  ///< CPU: the least of memory, control group and address space limits
};
DeviceMemory device_memory(at::Device device);

/// "1.5 GiB".
std::string to_text(Bytes bytes);

/// Turns the failed allocation in flight into a DeviceError that names predicted and used memory
/// and the settings that help; any other exception goes on as it is. Call it inside a catch block.
[[noreturn]] void rethrow_out_of_memory(const MemoryNeed& need, at::Device device,
                                        const TrainConfig& config);

}  // namespace assay
