#pragma once

#include <c10/core/Device.h>

#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "specs/model_spec.h"
#include "specs/training_peak.h"
#include "train/device_memory.h"
#include "train/optimizer_config.h"
#include "train/train_config.h"

namespace assay {

/// Bytes of training state per parameter. fp32: weight 4, gradient 4, two moments 8. bf16: weight
/// 2, gradient 2, its fp32 copy 4, master 4 (or none), two moments 8. Moments in bf16: 4; in 8
/// bits, of a matrix: 2 and its share of two scales.
double state_bytes_per_parameter(Precision precision, const OptimizerConfig& optimizer);

/// Bytes of one number of the activations. Of fp8 as of bf16: an upper bound, since the inputs of
/// its products are kept in one byte.
double activation_bytes(Precision precision);

/// What decides how much memory a run needs.
struct MemoryQuestion {
  const ModelSpec& spec;
  TrainConfig train;
  OptimizerConfig optimizer = {};
  at::Device device = at::kCPU;
  bool documents_apart = false;
  std::optional<double> capacity_factor = {};  ///< of experts, in training
};

/// The peak of a step on one device: specs/training_peak.h. Layers that fp8 keeps in bf16
/// (train.keep_bf16) are taken for all: an upper bound.
TrainingPeak predict_peak(const MemoryQuestion& question);

/// A change of the config and the peak that it would have.
struct MemoryAdvice {
  std::string setting;  ///< "train.recompute=full", as --set takes it
  Bytes peak;
};

/// Changes that take less memory, each alone, and at last all of them together; first those that
/// train the same. The micro-batch is made as small as it takes to fit into `free`.
std::vector<MemoryAdvice> memory_advice(const MemoryQuestion& question, Bytes free);

/// The largest micro-batch below the present one whose predicted peak is at most `free`, for the
/// same tokens a step; nothing where one sequence is too many.
std::optional<int64_t> largest_micro_batch(const MemoryQuestion& question, Bytes free);

/// Throws: DeviceError with the predicted peak, what is free and the largest micro-batch that fits,
/// where the peak is more than `free`; what the peak is made of and the advice go to `advice`
/// before it, a line each.
void require_memory(const MemoryQuestion& question, Bytes free, std::ostream& advice);

/// "weights 1.0 GiB, master weights 2.0 GiB, … at the head": what the peak is made of.
std::string parts_text(const TrainingPeak& peak);

/// "1.5 GiB".
std::string to_text(Bytes bytes);

/// Turns the failed allocation in flight into a DeviceError that names predicted and used memory;
/// the settings that help go to `advice` before it, a line each. Any other exception goes on as it
/// is. Call it inside a catch block.
[[noreturn]] void rethrow_out_of_memory(const MemoryQuestion& question, std::ostream& advice);

}  // namespace assay
