#pragma once

#include <memory>
#include <optional>

#include "data/token_dataset.h"
#include "models/language_model.h"
#include "record/run_manifest.h"
#include "specs/model_spec.h"
#include "text/corpus.h"
#include "text/tokenizer.h"
#include "train/device_policy.h"
#include "train/memory_fit.h"
#include "train/run_config.h"

namespace assay::app {

/// What a run reads before its first step.
struct RunInputs {
  ModelSpec spec;
  std::shared_ptr<const Tokenizer> tokenizer;
  std::filesystem::path tokenizer_file;  ///< empty for bytes
  Corpus corpus;
  data::TokenDataset train;
  data::TokenDataset validation;
};

/// The tokenizer of a run. Throws: ConfigError where the model's vocabulary is smaller; DataError
/// where it cannot be read or the weights that a run begins from are of another.
std::shared_ptr<const Tokenizer> tokenizer_for(const RunConfig& config, const ModelSpec& spec);

/// That the folder whose weights a run begins from has a tokenizer.json of other bytes than the
/// tokenizer that the run names; nothing where it has not, or the config asks for another one.
std::optional<std::string> tokenizer_note(const RunConfig& config);

/// Prepares the corpus and opens its shards. Throws: as tokenizer_for; DataError, StorageError.
RunInputs prepare_inputs(const RunConfig& config);

/// The device of a run and what is known of it.
struct RunDevice {
  at::Device device = at::kCPU;
  DeviceInfo info;
};

/// Applies the numerics flags, chooses the device and measures its ceiling where the config wants
/// it. Throws: DeviceError, also where the device lacks what the config asks for.
RunDevice open_device(const RunConfig& config, int64_t local_rank);

/// What decides how much memory the run takes. `spec` must outlive it.
MemoryQuestion memory_question(const RunConfig& config, const ModelSpec& spec, at::Device device);

}  // namespace assay::app
