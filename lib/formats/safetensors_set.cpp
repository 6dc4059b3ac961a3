#include "formats/safetensors_set.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>
#include <system_error>
#include <utility>

#include "error/error.h"
#include "formats/safetensors_index.h"

namespace assay {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSingleFile = "model.safetensors";
constexpr const char* kIndexFile = "model.safetensors.index.json";

void refuse_missing_files(const fs::path& folder, const std::set<std::string>& names) {
  std::vector<std::string> missing;
  for (const std::string& name : names) {
    std::error_code error;  // of a link that leads nowhere: missing too
    if (!fs::is_regular_file(folder / name, error)) missing.push_back(name);
  }
  if (missing.empty()) return;
  throw DataError(fmt::format("[formats] files that {} names are missing: {}: {}", kIndexFile,
                              folder.string(), fmt::join(missing, ", ")));
}

}  // namespace

SafetensorsSet::SafetensorsSet(fs::path path) : path_(std::move(path)) {
  std::error_code error;
  if (!fs::is_directory(path_, error)) {
    add(SafetensorsReader(path_));
    return;
  }
  // A link that leads nowhere is there: opening it says what is wrong with it.
  const bool is_single = fs::exists(fs::symlink_status(path_ / kSingleFile, error));
  const bool is_sharded = fs::exists(fs::symlink_status(path_ / kIndexFile, error));
  if (is_single == is_sharded) {
    throw DataError(fmt::format("[formats] folder has {}: {}",
                                is_single ? "both model.safetensors and an index of shards"
                                          : "no model.safetensors and no index of shards",
                                path_.string()));
  }
  if (is_single) {
    add(SafetensorsReader(path_ / kSingleFile));
  } else {
    open_shards();
  }
}

void SafetensorsSet::open_shards() {
  const SafetensorsIndex index = read_safetensors_index(path_ / kIndexFile);
  std::set<std::string> names;
  for (const auto& [tensor, file] : index.file_of) names.insert(file);
  refuse_missing_files(path_, names);
  for (const std::string& name : names) add(SafetensorsReader(path_ / name));
  std::vector<std::string> wrong;
  for (const auto& [tensor, file] : index.file_of) {
    const auto found = file_of_.find(tensor);
    if (found == file_of_.end()) {
      wrong.push_back(fmt::format("{} is not in {}", tensor, file));
    } else if (found->second != file) {
      wrong.push_back(fmt::format("{} is in {}, not in {}", tensor, found->second, file));
    }
  }
  for (const auto& [tensor, file] : file_of_) {
    if (!index.file_of.contains(tensor)) {
      wrong.push_back(fmt::format("{} of {} is not in the index", tensor, file));
    }
  }
  if (wrong.empty()) return;
  throw DataError(fmt::format("[formats] index and files differ: {}: {}", path_.string(),
                              fmt::join(wrong, ", ")));
}

void SafetensorsSet::add(SafetensorsReader file) {
  const std::string name = file.path().filename().string();
  for (const TensorView& view : file.tensors()) {
    const auto [known, is_new] = file_of_.emplace(view.name, name);
    if (!is_new) {
      throw DataError(fmt::format("[formats] tensor is in two files: {}: {} in {} and {}",
                                  path_.string(), view.name, known->second, name));
    }
    tensors_.emplace(view.name, &view);
  }
  files_.push_back(std::move(file));
}

bool SafetensorsSet::contains(std::string_view name) const {
  return tensors_.find(name) != tensors_.end();
}

const TensorView& SafetensorsSet::tensor(std::string_view name) const {
  const auto found = tensors_.find(name);
  if (found == tensors_.end()) {
    throw DataError(fmt::format("[formats] no tensor \"{}\": {}", name, path_.string()));
  }
  return *found->second;
}

}  // namespace assay
