#include <unistd.h>
#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "config/config.h"
#include "error/error.h"
#include "specs/family.h"
#include "specs/hf_config.h"

// A key that config.json leaves out has the value that transformers takes for it, or is an error.
// tests/golden/hf_defaults has, for each model type, a config of unusual values and what
// transformers makes of it without each of its keys.
namespace assay {
namespace {

using nlohmann::json;

/// The model that a config.json with these keys says, all defaults filled in; absent where it is
/// refused.
std::optional<std::string> model_of(const json& keys) {
  const auto path = std::filesystem::temp_directory_path() /
                    ("assay_hf_defaults_" + std::to_string(::getpid()) + ".json");
  std::ofstream(path) << keys.dump();
  std::optional<std::string> model;
  try {
    model = write_toml(resolve_model_table(read_hf_config(path)));
  } catch (const DataError&) {
  }
  std::filesystem::remove(path);
  return model;
}

json without(json keys, const std::string& key) {
  keys.erase(key);
  return keys;
}

/// How many keys of this file may be left out; each is checked.
int check_defaults(const json& golden) {
  const json& whole = golden.at("config");
  REQUIRE(model_of(whole));
  int num_optional = 0;
  for (const auto& [key, changes] : golden.at("without").items()) {
    INFO(key);
    const auto found = model_of(without(whole, key));
    if (!found) continue;
    ++num_optional;
    REQUIRE(changes.is_object());  // null: transformers refuses it
    json completed = without(whole, key);
    for (const auto& [name, value] : changes.items()) completed[name] = value;
    CHECK(found == model_of(completed));
  }
  return num_optional;
}

}  // namespace

TEST_CASE("a key that config.json leaves out is transformers' default or an error") {
  int num_files = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(ASSAY_SOURCE_DIR "/tests/golden/hf_defaults")) {
    if (entry.path().extension() != ".json") continue;
    INFO(entry.path().filename());
    std::ifstream file(entry.path());
    CHECK(check_defaults(json::parse(file)) >= 5);
    ++num_files;
  }
  CHECK(num_files == 16);
}

}  // namespace assay
