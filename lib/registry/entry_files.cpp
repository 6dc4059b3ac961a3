#include "registry/entry_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "digest/sha256.h"
#include "error/error.h"

namespace assay::registry {
namespace {

bool is_toml(const std::filesystem::directory_entry& entry) {
  return entry.is_regular_file() && entry.path().extension() == ".toml";
}

}  // namespace

std::vector<std::filesystem::path> entry_files(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  if (!std::filesystem::is_directory(folder)) return files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (is_toml(entry)) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string hash_tree(const std::filesystem::path& root) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (is_toml(entry)) names.push_back(entry.path().lexically_relative(root).generic_string());
  }
  std::sort(names.begin(), names.end());
  std::string text;
  for (const std::string& name : names) {
    std::ifstream file(root / name, std::ios::binary);
    std::ostringstream content;
    if (!(content << file.rdbuf()) && file.bad()) {
      throw DataError(fmt::format("[registry] a file cannot be read: {}", (root / name).string()));
    }
    text += fmt::format("{}\n{}\n", name, content.view().size());
    text += content.view();
  }
  return sha256(text);
}

}  // namespace assay::registry
