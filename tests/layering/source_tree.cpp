#include "source_tree.h"

#include <fstream>
#include <iterator>
#include <regex>
#include <sstream>
#include <stdexcept>

namespace fs = std::filesystem;

namespace {

std::string read_text(const fs::path& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path.string());
  std::ostringstream text;
  text << file.rdbuf();
  return std::regex_replace(text.str(), std::regex("#[^\n]*"), "");
}

std::vector<std::string> words(const std::string& text) {
  std::istringstream stream(text);
  return {std::istream_iterator<std::string>(stream), {}};
}

std::vector<std::string> captured_words(const std::string& text, const std::string& pattern) {
  std::smatch match;
  if (!std::regex_search(text, match, std::regex(pattern))) return {};
  return words(match[1]);
}

}  // namespace

SourceTree read_source_tree(const fs::path& root) {
  SourceTree tree;
  const std::string order = read_text(root / "lib/CMakeLists.txt");
  tree.spine_modules = captured_words(order, R"(set\(ASSAY_SPINE_MODULES([^)]*)\))");
  tree.torch_modules = captured_words(order, R"(set\(ASSAY_TORCH_MODULES([^)]*)\))");
  for (const auto& entry : fs::directory_iterator(root / "lib")) {
    const fs::path cmake_file = entry.path() / "CMakeLists.txt";
    if (!fs::exists(cmake_file)) continue;
    tree.links[entry.path().filename()] =
        captured_words(read_text(cmake_file), R"([ (\n]LINKS\s([^)]*?)(?:SYSTEM_LINKS|\)))");
  }
  return tree;
}

std::vector<fs::path> source_files(const fs::path& folder) {
  std::vector<fs::path> files;
  if (!fs::exists(folder)) return files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const std::string extension = entry.path().extension();
    if (extension == ".h" || extension == ".cpp" || extension == ".cu" || extension == ".cuh") {
      files.push_back(entry.path());
    }
  }
  return files;
}

std::vector<Include> includes_of(const fs::path& file) {
  static const std::regex pattern(R"(^\s*#\s*include\s*["<]([^">]+)[">])");
  std::vector<Include> includes;
  std::ifstream stream(file);
  std::smatch match;
  for (std::string line; std::getline(stream, line);) {
    if (std::regex_search(line, match, pattern)) includes.push_back({file, match[1]});
  }
  return includes;
}

std::vector<Include> includes_below(const fs::path& folder) {
  std::vector<Include> all;
  for (const fs::path& file : source_files(folder)) {
    for (Include& include : includes_of(file)) all.push_back(std::move(include));
  }
  return all;
}

std::string module_of(const std::string& header) { return header.substr(0, header.find('/')); }
