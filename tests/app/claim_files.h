#pragma once

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

namespace assay::test {

/// A folder of this test program's own, empty at first.
inline std::filesystem::path fresh_folder(const std::string& name) {
  std::filesystem::path folder = std::filesystem::temp_directory_path() /
                                 (name + "_" + std::to_string(static_cast<long>(getpid())));
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  return folder;
}

/// Writes a text; returns the path.
inline std::string write_file(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path) << text;
  return path.string();
}

/// A claim of a cost with these lines in its head and total.
inline std::string claim_text(const std::string& id, const std::string& more,
                              const std::string& total) {
  return "id = \"" + id + "\"\nkind = \"cost\"\nheadline = \"total.money\"\nclaimant = \"c\"\n" +
         more +
         "[title]\nen = \"t\"\nja = \"t\"\n[statement]\nen = \"s\"\nja = \"s\"\n"
         "[source]\nkey = \"dsv3-tr\"\nmark = \"seen\"\n[total]\n" +
         total;
}

/// Line ends in a text.
inline size_t lines_of(const std::string& text) {
  return static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace assay::test
