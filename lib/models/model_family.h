#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "config/config.h"
#include "models/hf_weights.h"
#include "models/language_model.h"

namespace assay {

/// A family with a torch module. Each folder of lib/models that holds a model.h defines one; the
/// table is generated from the folder names.
struct ModelFamily {
  std::string_view name;
  /// The module of a table `family = "<name>"`, fp32 on the CPU, with fresh weights that depend on
  /// the table and the seed only.
  std::shared_ptr<LanguageModel> (*make)(const TomlTable& table, uint64_t seed) = nullptr;
  /// Which Hugging Face tensors hold which weights; `contains` says what the file at hand has.
  HfWeightMap (*hf_weights)(const TomlTable& table, const HfContains& contains) = nullptr;
};

/// All families with a module, in the order of their names.
const std::vector<ModelFamily>& model_families();

/// The family that the table's key `family` names. Throws: the document's kind of error at that
/// key for a name that no family has; ConfigError for a family that is accounting only.
const ModelFamily& model_family_of(const TomlTable& table);

/// A fresh model of a table with the keys `family` and that family's own ([model] of a run config).
/// Throws: the document's kind of error with its place.
std::shared_ptr<LanguageModel> make_model(const TomlTable& table, uint64_t seed);

/// The same model on the meta device: names, shapes and dtypes without memory or weights.
std::shared_ptr<LanguageModel> make_meta_model(const TomlTable& table);

/// Numbers that a checkpoint of the module holds: parameters and buffers, shared ones once. What a
/// spec counts as total.
int64_t num_stored(const torch::nn::Module& module);

}  // namespace assay
