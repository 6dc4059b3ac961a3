#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "config/toml_node.h"
#include "models/language_model.h"
#include "specs/model_spec.h"
#include "text/tokenizer.h"
#include "train/device_policy.h"
#include "train/train_config.h"

namespace assay::app {

/// Where a model for generation or evaluation comes from and where it goes.
struct ModelChoice {
  std::filesystem::path folder;  ///< a run, a checkpoint, or a folder with a config.json
  std::string tokenizer;         ///< for load_tokenizer; none; or empty: the model's own
  std::string dtype;             ///< fp32, bf16, or empty: the checkpoint's own, else fp32
  std::string device = "auto";   ///< auto, cpu or cuda
  int64_t threads = 0;           ///< 0: as many as the process may use
};

/// A model with its weights on its device, and what reads and writes its text.
struct LoadedModel {
  std::shared_ptr<LanguageModel> model;
  std::shared_ptr<const Tokenizer> tokenizer;  ///< null: only token numbers can go in and out
  ModelSpec spec;
  TomlTable table;  ///< the resolved [model]
  Precision precision = Precision::kFp32;
  at::Device device = at::kCPU;
  GpuProbe probe;
  std::string source;            ///< the checkpoint or folder that was read
  std::string source_run;        ///< id of the run that made it; empty for a folder
  int64_t num_weight_bytes = 0;  ///< parameters and buffers
  /// Tokens that may be generated: those of the tokenizer, or of the model without one.
  [[nodiscard]] int64_t vocab_limit() const;
};

/// Reads a model. Throws: ConfigError for an unknown dtype or device or a number of threads that is
/// none; DataError where the folder
/// holds no model, a checkpoint or the tokenizer is corrupt, or the tokenizer is not the one of the
/// checkpoint or of another vocabulary than the model (larger, or smaller by more than padding
/// explains: 1,024 tokens); DeviceError.
LoadedModel load_model(const ModelChoice& choice);

}  // namespace assay::app
