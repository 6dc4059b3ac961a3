#pragma once

#include <cstdint>
#include <filesystem>

#include "config/toml_node.h"
#include "formats/dtype.h"
#include "models/hf_generation.h"
#include "models/language_model.h"

namespace assay {

/// The layout of an export.
struct HfExportOptions {
  Dtype dtype = Dtype::kF32;                 ///< F32, BF16 or F16; buffers stay F32
  uint64_t max_shard_bytes = 5'000'000'000;  ///< above it the weights go to several files
  bool stacked_experts = false;              ///< one tensor a layer instead of one an expert
  HfGeneration generation{};                 ///< goes along with the weights
};

/// Writes `folder` with config.json, model.safetensors (or shards with their index), and
/// generation_config.json where there is one, which transformers loads. `table` is the model's. The
/// folder is there whole or not at all, and never over one that exists. Throws: ConfigError where
/// Hugging Face cannot say the model; DataError where `folder` exists, and one that names all
/// weights that are not finite in `dtype`; StorageError.
void export_hf(const LanguageModel& model, const TomlTable& table,
               const std::filesystem::path& folder, const HfExportOptions& options);

}  // namespace assay
