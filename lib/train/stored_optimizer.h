#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "train/optimizer_config.h"
#include "train/train_config.h"

namespace assay {

/// What AdamW keeps, as a checkpoint has it.
struct StoredOptimizer {
  std::string moments;          ///< "fp32", "bf16", "8bit"
  bool master_weights = false;  ///< of bf16 weights; fp32 weights are their own masters
};

/// By the tensors of `<checkpoint>/optimizer.safetensors`. Throws: DataError where it cannot be
/// read or has no moments.
StoredOptimizer read_stored_optimizer(const std::filesystem::path& checkpoint);

/// What of [optimizer] a checkpoint cannot go on with, as "optimizer.moments: fp32 (this run:
/// bf16)"; nothing where it can.
std::optional<std::string> optimizer_difference(const StoredOptimizer& stored,
                                                const OptimizerConfig& config, Precision precision);

}  // namespace assay
