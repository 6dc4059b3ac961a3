#include "train/stored_optimizer.h"

#include <fmt/format.h>

#include "error/error.h"
#include "formats/safetensors_reader.h"

namespace assay {

namespace {

constexpr std::string_view kMoment = "exp_avg.";
constexpr std::string_view kMaster = "master.";

std::string moment_name(MomentDtype moments) {
  return moments == MomentDtype::kBf16 ? "bf16" : "fp32";
}

}  // namespace

StoredOptimizer read_stored_optimizer(const std::filesystem::path& checkpoint) {
  const SafetensorsReader file(checkpoint / "optimizer.safetensors");
  StoredOptimizer stored;
  for (const TensorView& tensor : file.tensors()) {
    if (tensor.name.starts_with(kMaster)) stored.master_weights = true;
    if (!tensor.name.starts_with(kMoment)) continue;
    stored.moments =
        moment_name(tensor.dtype == Dtype::kBF16 ? MomentDtype::kBf16 : MomentDtype::kFp32);
  }
  if (stored.moments.empty()) {
    throw DataError(
        fmt::format("[checkpoint] the optimizer's file has no moments: {}", file.path().string()));
  }
  return stored;
}

std::optional<std::string> optimizer_difference(const StoredOptimizer& stored,
                                                const OptimizerConfig& config,
                                                Precision precision) {
  const std::string moments = moment_name(config.moments);
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
