// Holds the tree to its layering: the order of lib/CMakeLists.txt, the LINKS of each module, and
// what files include.

#include <algorithm>
#include <set>

#include <catch2/catch.hpp>

#include "source_tree.h"

namespace fs = std::filesystem;

namespace {

const fs::path kRoot = ASSAY_SOURCE_DIR;

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::vector<std::string> all_modules(const SourceTree& tree) {
  std::vector<std::string> all = tree.spine_modules;
  all.insert(all.end(), tree.torch_modules.begin(), tree.torch_modules.end());
  return all;
}

bool is_torch_header(const std::string& header) {
  static const std::set<std::string> folders = {"torch",  "ATen",           "c10",
                                                "caffe2", "cuda_runtime.h", "cuda.h"};
  return folders.count(module_of(header)) > 0;
}

std::set<std::string> reachable(const SourceTree& tree, const std::string& module) {
  std::set<std::string> seen;
  std::vector<std::string> open = {module};
  while (!open.empty()) {
    const std::string next = open.back();
    open.pop_back();
    const auto links = tree.links.find(next);
    if (links == tree.links.end() || !seen.insert(next).second) continue;
    open.insert(open.end(), links->second.begin(), links->second.end());
  }
  return seen;
}

}  // namespace

TEST_CASE("the reader sees modules, links and includes") {
  const SourceTree tree = read_source_tree(kRoot);
  CHECK(contains(tree.spine_modules, "units"));
  CHECK(contains(tree.torch_modules, "train"));
  CHECK(contains(tree.links.at("units"), "error"));
  CHECK_FALSE(contains(tree.links.at("digest"), "PkgConfig::sodium"));
  CHECK_FALSE(includes_below(kRoot / "lib").empty());
}

TEST_CASE("every module folder is in the layering") {
  const SourceTree tree = read_source_tree(kRoot);
  for (const auto& [module, links] : tree.links) {
    INFO(module);
    CHECK(contains(all_modules(tree), module));
  }
}

TEST_CASE("a module links only modules listed above it") {
  const SourceTree tree = read_source_tree(kRoot);
  const std::vector<std::string> order = all_modules(tree);
  for (const auto& [module, links] : tree.links) {
    for (const std::string& link : links) {
      INFO(module << " links " << link);
      const auto place = std::find(order.begin(), order.end(), link);
      REQUIRE(place != order.end());
      CHECK(place < std::find(order.begin(), order.end(), module));
    }
  }
}

TEST_CASE("a module includes only modules that its LINKS names") {
  const SourceTree tree = read_source_tree(kRoot);
  for (const auto& [module, links] : tree.links) {
    for (const auto& [file, header] : includes_below(kRoot / "lib" / module)) {
      const std::string included = module_of(header);
      if (included == module || !contains(all_modules(tree), included)) continue;
      INFO(file << " includes " << header);
      CHECK(contains(links, included));
    }
  }
}

TEST_CASE("the spine never includes torch") {
  const SourceTree tree = read_source_tree(kRoot);
  std::vector<Include> includes = includes_below(kRoot / "app/cli");
  for (const std::string& module : tree.spine_modules) {
    for (Include& include : includes_below(kRoot / "lib" / module)) includes.push_back(include);
  }
  for (const auto& entry : fs::directory_iterator(kRoot / "app")) {
    if (!entry.is_regular_file()) continue;
    for (Include& include : includes_of(entry.path())) includes.push_back(include);
  }
  for (const auto& [file, header] : includes) {
    INFO(file << " includes " << header);
    CHECK_FALSE(is_torch_header(header));
    CHECK_FALSE(contains(tree.torch_modules, module_of(header)));
  }
}

TEST_CASE("training does not know who judges it") {
  const std::set<std::string> below = reachable(read_source_tree(kRoot), "train");
  for (const std::string judge : {"audit", "cost", "plan", "report"}) {
    INFO(judge);
    CHECK(below.count(judge) == 0);
  }
}

TEST_CASE("no file or folder has a name that says nothing") {
  static const std::set<std::string> empty_names = {"util",   "utils", "helper",  "helpers",
                                                    "common", "misc",  "manager", "managers"};
  for (const char* folder : {"app", "lib", "tests"}) {
    for (const auto& entry : fs::recursive_directory_iterator(kRoot / folder)) {
      INFO(entry.path());
      const std::string stem = entry.path().stem();
      CHECK(empty_names.count(stem) == 0);
      CHECK(empty_names.count(stem.substr(stem.rfind('_') + 1)) == 0);
    }
  }
}
