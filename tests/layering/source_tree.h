#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

/// The module order and links as the CMake files state them, and the includes as the sources state
/// them.
struct SourceTree {
  std::vector<std::string> spine_modules;  ///< In layering order.
  std::vector<std::string> torch_modules;  ///< In layering order, all above the spine.
  std::map<std::string, std::vector<std::string>> links;  ///< By module that exists.
};

/// One `#include` line.
struct Include {
  std::filesystem::path file;
  std::string header;  ///< Without quotes or angle brackets.
};

[[nodiscard]] SourceTree read_source_tree(const std::filesystem::path& root);

/// All C++ and CUDA files below `folder`; none where it does not exist.
[[nodiscard]] std::vector<std::filesystem::path> source_files(const std::filesystem::path& folder);

[[nodiscard]] std::vector<Include> includes_below(const std::filesystem::path& folder);

[[nodiscard]] std::vector<Include> includes_of(const std::filesystem::path& file);

/// The first folder of a header's path: "cost" of "cost/ledger.h".
[[nodiscard]] std::string module_of(const std::string& header);
