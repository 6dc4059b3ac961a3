#include "models/hf_export.h"

#include <ATen/ATen.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <stdio.h>
#include <unistd.h>

#include <cerrno>
#include <map>
#include <utility>
#include <vector>

#include "error/error.h"
#include "formats/durable_file.h"
#include "formats/safetensors_index.h"
#include "formats/safetensors_writer.h"
#include "models/model_family.h"
#include "specs/family.h"

namespace assay {
namespace {

namespace fs = std::filesystem;

/// A tensor of the export and the parts of our weights that fill it.
struct Planned {
  std::string name;
  Dtype dtype = Dtype::kF32;
  std::vector<int64_t> shape;
  std::vector<std::pair<HfPiece, at::Tensor>> pieces;

  [[nodiscard]] uint64_t size() const {
    uint64_t size = dtype_size(dtype);
    for (const int64_t extent : shape) size *= static_cast<uint64_t>(extent);
    return size;
  }
};

using Shard = std::vector<const Planned*>;

at::ScalarType torch_type(Dtype dtype) {
  if (dtype == Dtype::kF32) return at::kFloat;
  if (dtype == Dtype::kBF16) return at::kBFloat16;
  if (dtype == Dtype::kF16) return at::kHalf;
  throw ConfigError(
      fmt::format("[models] weights are exported as F32, BF16 or F16, not {}", dtype_name(dtype)));
}

/// The name of a type in config.json.
std::string_view config_type(Dtype dtype) {
  if (dtype == Dtype::kBF16) return "bfloat16";
  return dtype == Dtype::kF16 ? "float16" : "float32";
}

std::vector<Planned> plan_tensors(const LanguageModel& model, const HfWeightMap& map, Dtype dtype) {
  std::vector<Planned> plan;
  std::map<std::string, size_t> index;
  const NamedWeights weights(model);
  for (const HfWeight& weight : map.weights) {
    const at::Tensor parameter = weights.at(weight.name).detach();
    const bool is_buffer = weights.is_buffer(weight.name);
    for (const HfPiece& piece : weight.pieces) {
      const auto [known, is_new] = index.emplace(piece.hf_name, plan.size());
      if (is_new) {
        plan.push_back({.name = piece.hf_name,
                        .dtype = is_buffer ? Dtype::kF32 : dtype,
                        .shape = hf_shape(piece, parameter),
                        .pieces = {}});
      }
      plan[known->second].pieces.emplace_back(piece, parameter);
    }
  }
  return plan;
}

at::Tensor assemble(const Planned& tensor) {
  at::Tensor whole = at::empty(tensor.shape, at::TensorOptions(torch_type(tensor.dtype)));
  for (const auto& [piece, parameter] : tensor.pieces) {
    source_of(piece, whole).copy_(place_of(piece, parameter));
  }
  return whole;
}

/// Throws: DataError that names all tensors with numbers that are not finite in their type.
void require_finite(const std::vector<Planned>& plan) {
  std::vector<std::string> found;
  for (const Planned& tensor : plan) {
    int64_t bad = 0;
    for (const auto& [piece, parameter] : tensor.pieces) {
      const at::Tensor cast = place_of(piece, parameter).to(torch_type(tensor.dtype));
      bad += cast.isfinite().logical_not().sum().item<int64_t>();
    }
    if (bad > 0) {
      found.push_back(
          fmt::format("{} in {} numbers as {}", tensor.name, bad, dtype_name(tensor.dtype)));
    }
  }
  if (found.empty()) return;
  throw DataError(fmt::format("[models] {} weights are not finite in the type of the export: {}",
                              found.size(), fmt::join(found, ", ")));
}

/// As many tensors in their order as fit below the limit; a larger one stands alone.
std::vector<Shard> split(const std::vector<Planned>& plan, uint64_t max_bytes) {
  std::vector<Shard> shards(1);
  uint64_t used = 0;
  for (const Planned& tensor : plan) {
    if (!shards.back().empty() && used + tensor.size() > max_bytes) {
      shards.emplace_back();
      used = 0;
    }
    shards.back().push_back(&tensor);
    used += tensor.size();
  }
  return shards;
}

void write_shard(const fs::path& path, const Shard& shard) {
  std::vector<at::Tensor> memory;
  std::vector<TensorView> views;
  for (const Planned* tensor : shard) {
    memory.push_back(assemble(*tensor));
    views.push_back({.name = tensor->name,
                     .dtype = tensor->dtype,
                     .shape = tensor->shape,
                     .data = {static_cast<const std::byte*>(memory.back().const_data_ptr()),
                              static_cast<size_t>(memory.back().nbytes())}});
  }
  write_safetensors(path, views, {{"format", "pt"}});  // transformers asks for this
}

void write_weights(const fs::path& folder, const std::vector<Planned>& plan, uint64_t max_bytes) {
  const std::vector<Shard> shards = split(plan, max_bytes);
  if (shards.size() == 1) {
    write_shard(folder / "model.safetensors", shards.front());
    return;
  }
  SafetensorsIndex index;
  for (size_t i = 0; i < shards.size(); ++i) {
    const std::string name = fmt::format("model-{:05}-of-{:05}.safetensors", i + 1, shards.size());
    write_shard(folder / name, shards[i]);
    for (const Planned* tensor : shards[i]) index.file_of[tensor->name] = name;
  }
  uint64_t total_size = 0;
  for (const Planned& tensor : plan) total_size += tensor.size();
  index.total_size = total_size;
  write_safetensors_index(folder / "model.safetensors.index.json", index);
}

/// A folder beside the one that is wanted; it takes that one's name, or goes away.
class TemporaryFolder {
 public:
  explicit TemporaryFolder(const fs::path& wanted)
      : wanted_(wanted), path_(fmt::format("{}.tmp.{}", wanted.string(), ::getpid())) {
    if (fs::exists(fs::symlink_status(wanted_))) {
      throw DataError(fmt::format("[models] it exists already: {}", wanted_.string()));
    }
    make_directories(path_);
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!committed_) fs::remove_all(path_, ignored);
  }
  TemporaryFolder(TemporaryFolder&&) = delete;

  void commit() {
    fsync_directory(path_);
    if (::renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, wanted_.c_str(), RENAME_NOREPLACE) != 0) {
      throw_storage_error("the folder cannot take its name", wanted_, errno);
    }
    committed_ = true;
    fsync_directory(wanted_.parent_path());
  }
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path wanted_;
  fs::path path_;
  bool committed_ = false;
};

}  // namespace

void export_hf(const LanguageModel& model, const TomlTable& table, const fs::path& folder,
               const HfExportOptions& options) {
  const at::NoGradGuard no_grad;
  const ModelFamily& family = model_family_of(table);
  const std::string config =
      with_token_ids(family_of(table).to_hf(table, config_type(options.dtype)), options.generation);
  const HfWeightMap map = family.hf_weights(table, [&](std::string_view name) {
    return options.stacked_experts && name.ends_with(".gate_up_proj");
  });
  const std::vector<Planned> plan = plan_tensors(model, map, options.dtype);
  require_finite(plan);
  const fs::path absolute = fs::absolute(folder).lexically_normal();
  TemporaryFolder temporary(absolute.has_filename() ? absolute : absolute.parent_path());
  write_weights(temporary.path(), plan, options.max_shard_bytes);
  write_file_durably(temporary.path() / "config.json", config);
  if (!options.generation.config.empty()) {
    write_file_durably(temporary.path() / "generation_config.json", options.generation.config);
  }
  temporary.commit();
}

}  // namespace assay
