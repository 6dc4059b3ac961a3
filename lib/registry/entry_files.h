#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "config/config.h"

namespace assay::registry {

/// The TOML files of a folder in the order of their names; none where the folder is not there.
std::vector<std::filesystem::path> entry_files(const std::filesystem::path& folder);

/// sha256 over the sorted relative paths and contents of every TOML file below `root`.
std::string hash_tree(const std::filesystem::path& root);

/// Reads one entry of a catalogue; T has `id` (Located) and `fields()`. Throws: DataError with its
/// place, also where the id is not the file's name.
template <HasFields T>
T read_entry(const std::filesystem::path& file) {
  T entry = load_data<T>(file, "registry");
  if (entry.id.value != file.stem().string()) {
    fail_at(entry.id.place, "the id \"" + entry.id.value + "\" is not the name of its file");
  }
  return entry;
}

}  // namespace assay::registry
