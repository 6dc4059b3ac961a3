#include "train/stored_optimizer.h"

#include <fmt/format.h>

#include "error/error.h"
#include "formats/safetensors_reader.h"

namespace assay {

namespace {

constexpr std::string_view kMoment = "exp_avg.";
constexpr std::string_view kMaster = "master.";
constexpr std::string_view kMomentBlock = "moment_block";

}  // namespace

StoredOptimizer read_stored_optimizer(const std::filesystem::path& checkpoint) {
  const SafetensorsReader file(checkpoint / "optimizer.safetensors");
  StoredOptimizer stored;
  for (const TensorView& tensor : file.tensors()) {
    if (tensor.name.starts_with(kMaster)) stored.master_weights = true;
    if (!tensor.name.starts_with(kMoment)) continue;
    stored.moments =
        to_string(tensor.dtype == Dtype::kBF16 ? MomentDtype::kBf16 : MomentDtype::kFp32);
  }
  // Of moments in 8 bits some stay in fp32, in a small model all.
  if (file.contains(kMomentBlock)) stored.moments = to_string(MomentDtype::k8bit);
  if (stored.moments.empty()) {
    throw DataError(
        fmt::format("[checkpoint] the optimizer's file has no moments: {}", file.path().string()));
  }
  return stored;
}

std::optional<std::string> optimizer_difference(const StoredOptimizer& stored,
                                                const OptimizerConfig& config,
                                                Precision precision) {
  const std::string_view moments = to_string(config.moments);
  if (stored.moments != moments) {
    return fmt::format("optimizer.moments: {} (this run: {})", stored.moments, moments);
  }
  if (precision == Precision::kFp32 || stored.master_weights == config.master_weights) {
    return std::nullopt;
  }
  return fmt::format("optimizer.master_weights: {} (this run: {})", stored.master_weights,
                     config.master_weights);
}

}  // namespace assay
