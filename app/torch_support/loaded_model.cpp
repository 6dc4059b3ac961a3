#include "app/torch_support/loaded_model.h"

#include <fmt/format.h>

#include "app/torch_support/checkpoint_choice.h"
#include "app/torch_support/memory_allocator.h"
#include "config/toml_reader.h"
#include "error/error.h"
#include "models/hf_folder.h"
#include "models/model_family.h"
#include "specs/family.h"
#include "specs/hf_config.h"
#include "text/byte_tokenizer.h"
#include "text/load_tokenizer.h"
#include "train/checkpoint_store.h"
#include "train/model_tensors.h"
#include "train/numerics.h"
#include "train/tensor_file.h"

namespace assay::app {

namespace fs = std::filesystem;

namespace {

constexpr int64_t kMostThreads = 1024;

template <class Enum>
Enum chosen(std::string_view option, std::string_view name) {
  std::string known;
  for (const auto& [text, value] : EnumNames<Enum>::kValues) {
    if (text == name) return value;
    known += fmt::format("{}{}", known.empty() ? "" : ", ", text);
  }
  throw ConfigError(fmt::format("[model] {} is one of {}: {}", option, known, name));
}

Precision chosen_dtype(std::string_view name) {
  const auto precision = chosen<Precision>("--dtype", name);
  if (precision != Precision::kFp8) return precision;
  throw ConfigError("[model] --dtype is one of fp32, bf16: fp8 (fp8 is for training only)");
}

/// The tokenizer of a checkpoint: its own, or the file that was named, which must be it.
std::shared_ptr<const Tokenizer> checkpoint_tokenizer(const std::string& named,
                                                      const CheckpointState& state) {
  if (named == "none") return nullptr;
  if (named.empty() && state.tokenizer != ByteTokenizer().id()) {
    throw ConfigError(
        fmt::format("[model] the checkpoint names its tokenizer, not where it is: {} (--tokenizer "
                    "FILE)",
                    state.tokenizer));
  }
  auto tokenizer = load_tokenizer(named.empty() ? "bytes" : named);
  if (tokenizer->id() != state.tokenizer) {
    throw DataError(fmt::format("[model] the model was trained with another tokenizer: {}, not {}",
                                state.tokenizer, tokenizer->id()));
  }
  return tokenizer;
}

/// The tokenizer of a folder of weights: the one that was named, or the folder's.
std::shared_ptr<const Tokenizer> folder_tokenizer(const ModelChoice& choice) {
  if (choice.tokenizer == "none") return nullptr;
  if (!choice.tokenizer.empty()) return load_tokenizer(choice.tokenizer);
  const fs::path file = choice.folder / "tokenizer.json";
  return fs::exists(file) ? load_tokenizer(file.string()) : nullptr;
}

/// Fills in all that a checkpoint says; weights are loaded after they were put into its precision.
void read_checkpoint(const fs::path& checkpoint, const ModelChoice& choice, LoadedModel& loaded) {
  const CheckpointState state = verify_checkpoint(checkpoint);
  loaded.source = checkpoint.string();
  loaded.source_run = state.run_id;
  loaded.table =
      read_toml(state.model_toml, {.kind = DocumentKind::kData,
                                   .module = "model",
                                   .name = (checkpoint / "state.json: model_toml").string()});
  loaded.spec = spec_from_table(loaded.table, loaded.source);
  loaded.model = make_model(loaded.table, state.seed);
  // What was trained in fp8 is stored, and computes here, in bf16.
  const auto stored = stored_precision(chosen<Precision>("precision", state.precision));
  place_model(*loaded.model, at::kCPU, stored);
  load_tensors(checkpoint / "model.safetensors", named_tensors(*loaded.model));
  loaded.precision = choice.dtype.empty() ? stored : chosen_dtype(choice.dtype);
  loaded.tokenizer = checkpoint_tokenizer(choice.tokenizer, state);
}

void read_folder(const ModelChoice& choice, LoadedModel& loaded) {
  loaded.source = choice.folder.string();
  loaded.table = read_hf_config(choice.folder / "config.json");
  loaded.table.set("from", loaded.table.place, {choice.folder.string(), loaded.table.place});
  loaded.table = resolve_model_table(loaded.table);
  loaded.spec = spec_from_table(loaded.table, loaded.source);
  loaded.model = make_model(loaded.table, 0);
  loaded.precision = choice.dtype.empty() ? Precision::kFp32 : chosen_dtype(choice.dtype);
  start_from_folder(*loaded.model, loaded.table, weight_type(loaded.precision));
  loaded.tokenizer = folder_tokenizer(choice);
}

int64_t bytes_of(const torch::nn::Module& module) {
  int64_t bytes = 0;
  for (const auto& [name, tensor] : named_tensors(module)) {
    bytes += static_cast<int64_t>(tensor.nbytes());
  }
  return bytes;
}

}  // namespace

int64_t LoadedModel::vocab_limit() const {
  return tokenizer ? static_cast<int64_t>(tokenizer->vocab_size()) : spec.vocab_size;
}

LoadedModel load_model(const ModelChoice& choice) {
  if (choice.threads < 0 || choice.threads > kMostThreads) {
    throw ConfigError(
        fmt::format("[model] --threads is from 0 (as many as the process may use) to {}: {}",
                    kMostThreads, choice.threads));
  }
  keep_freed_memory();
  apply_numerics(choice.threads);
  LoadedModel loaded;
  loaded.probe = probe_gpus();
  loaded.device = choose_device(chosen<DeviceChoice>("--device", choice.device), loaded.probe, 0);
  if (!fs::is_directory(choice.folder)) {
    throw DataError(fmt::format("[model] no such folder: {}", choice.folder.string()));
  }
  if (fs::exists(choice.folder / "config.json")) {
    read_folder(choice, loaded);
  } else {
    read_checkpoint(named_checkpoint(choice.folder), choice, loaded);
  }
  if (loaded.tokenizer) {
    require_vocabulary(*loaded.tokenizer, static_cast<uint64_t>(loaded.spec.vocab_size),
                       loaded.source);
  }
  const at::NoGradGuard no_grad;
  for (const auto& [name, parameter] : named_parameters(*loaded.model)) {
    parameter.requires_grad_(false);
  }
  if (loaded.precision == Precision::kFp32) loaded.model->to(at::kFloat);
  place_model(*loaded.model, loaded.device, loaded.precision);
  loaded.num_weight_bytes = bytes_of(*loaded.model);
  return loaded;
}

}  // namespace assay::app
