#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "hf_text.h"

// A key that config.json leaves out has the value that transformers takes for it, or is an error,
// and so does one that is null. tests/golden/hf_defaults has, for each model type, a config of
// unusual values and what transformers makes of it without each of its keys, and with its null.
namespace assay {
namespace {

using nlohmann::json;
using test::without;

/// The model that a config.json with these keys says, all defaults filled in; absent where it is
/// refused.
std::optional<std::string> model_of(const json& keys) {
  try {
    return test::hf_toml(keys);
  } catch (const DataError&) {
    return std::nullopt;
  }
}

json completed_by(json keys, const json& changes) {
  for (const auto& [name, value] : changes.items()) keys[name] = value;
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
    for (const auto& [name, value] : changes.items()) {
      if (!value.is_null()) completed[name] = value;  // null: its config has none either
    }
    CHECK(found == model_of(completed));
  }
  return num_optional;
}

/// What transformers' models compute with where its config keeps a null.
json meaning_of_null(const json& config, const std::string& key) {
  const auto width = config.value("hidden_size", config.value("n_embd", int64_t{0}));
  if (key == "n_inner") return 4 * width;
  if (key == "head_dim") return width / config.at("num_attention_heads").get<int64_t>();
  return config.at(key);  // nothing of the model's shape or function hangs on it
}

/// How many nulls of this file are no error; each is checked.
int check_nulls(const json& golden) {
  const json& whole = golden.at("config");
  int num_taken = 0;
  for (const auto& [key, changes] : golden.at("null").items()) {
    INFO(key);
    json keys = whole;
    keys[key] = nullptr;
    const auto found = model_of(keys);
    if (!found) continue;
    ++num_taken;
    if (key == "q_lora_rank") {  // queries without a latent
      CHECK(found->find("q_lora_rank") == std::string::npos);
      continue;
    }
    // What transformers refuses may be a null only where nothing hangs on the key.
    json completed = changes.is_object() ? completed_by(keys, changes) : whole;
    if (completed.at(key).is_null()) completed[key] = meaning_of_null(whole, key);
    CHECK(found == model_of(completed));
  }
  return num_taken;
}

}  // namespace

TEST_CASE(
    "a key that config.json leaves out, or that is null, is as for transformers or an error") {
  int num_files = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(ASSAY_SOURCE_DIR "/tests/golden/hf_defaults")) {
    if (entry.path().extension() != ".json") continue;
    INFO(entry.path().filename());
    std::ifstream file(entry.path());
    const json golden = json::parse(file);
    CHECK(check_defaults(golden) >= 5);
    CHECK(check_nulls(golden) >= 3);
    ++num_files;
  }
  CHECK(num_files == 16);
}

}  // namespace assay
