#include "formats/safetensors_set.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
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

/// "model-2.safetensors (7 tensors: a, b, c and 4 more)".
std::string with_its_tensors(const std::string& file, const SafetensorsIndex& index) {
  constexpr size_t kNamed = 3;
  std::vector<std::string> tensors;
  for (const auto& [tensor, its_file] : index.file_of) {
    if (its_file == file) tensors.push_back(tensor);
  }
  const size_t num_tensors = tensors.size();
  tensors.resize(std::min(num_tensors, kNamed));
  return fmt::format("{} ({} tensor{}: {}{})", file, num_tensors, num_tensors == 1 ? "" : "s",
                     fmt::join(tensors, ", "),
                     num_tensors > kNamed ? fmt::format(" and {} more", num_tensors - kNamed) : "");
}

void refuse_missing_files(const fs::path& folder, const SafetensorsIndex& index,
                          const std::set<std::string>& names) {
  std::vector<std::string> missing;
  for (const std::string& name : names) {
    std::error_code error;  // of a link that leads nowhere: missing too
    if (!fs::is_regular_file(folder / name, error))
      missing.push_back(with_its_tensors(name, index));
  }
  if (missing.empty()) return;
  throw DataError(fmt::format("[formats] files that {} names are missing or no files: {}: {}",
                              kIndexFile, folder.string(), fmt::join(missing, ", ")));
}

/// Shards that the index does not name: of another save, or a list that was cut.
std::vector<std::string> unnamed_shards(const fs::path& folder,
                                        const std::set<std::string>& names) {
  std::vector<std::string> found;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("model-") && name.find("-of-") != std::string::npos &&
        name.ends_with(".safetensors") && !names.contains(name)) {
      found.push_back(fmt::format("{} is not in the index", name));
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

void append(std::vector<std::string>& list, const std::vector<std::string>& more) {
  list.insert(list.end(), more.begin(), more.end());
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
  refuse_missing_files(path_, index, names);
  std::vector<std::string> wrong = unnamed_shards(path_, names);
  std::vector<std::string> damaged;
  for (const std::string& name : names) {
    try {
      append(wrong, add(SafetensorsReader(path_ / name)));
    } catch (const DataError& error) {
      damaged.emplace_back(error.what());
    }
  }
  if (!damaged.empty()) throw DataError(fmt::format("{}", fmt::join(damaged, "; ")));
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
  uint64_t size = 0;
  for (const auto& [tensor, view] : tensors_) size += view->data.size();
  if (wrong.empty() && index.total_size.value_or(size) != size) {
    wrong.push_back(fmt::format("its total_size is {}, the tensors of its files are {} bytes",
                                *index.total_size, size));
  }
  if (wrong.empty()) return;
  throw DataError(fmt::format("[formats] index and files differ: {}: {}", path_.string(),
                              fmt::join(wrong, ", ")));
}

std::vector<std::string> SafetensorsSet::add(SafetensorsReader file) {
  std::vector<std::string> doubles;
  const std::string name = file.path().filename().string();
  for (const TensorView& view : file.tensors()) {
    const auto [known, is_new] = file_of_.emplace(view.name, name);
    if (!is_new) {
      doubles.push_back(
          fmt::format("in two files: {} in {} and {}", view.name, known->second, name));
    }
    tensors_.emplace(view.name, &view);
  }
  files_.push_back(std::move(file));
  return doubles;
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
