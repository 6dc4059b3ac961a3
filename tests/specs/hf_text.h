#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <string>

#include "error/error.h"
#include "specs/family.h"
#include "specs/hf_config.h"

namespace assay::test {

/// A config.json of this text in a folder of its own, which goes away with it.
class HfText {
 public:
  explicit HfText(const std::string& text) {
    std::filesystem::create_directories(folder_);
    std::ofstream(path(), std::ios::binary) << text;
  }
  ~HfText() { std::filesystem::remove_all(folder_); }
  HfText(const HfText&) = delete;
  HfText& operator=(const HfText&) = delete;
  [[nodiscard]] std::filesystem::path path() const { return folder_ / "config.json"; }

 private:
  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("assay_hf_text_" + std::to_string(::getpid()));
};

inline HfModel hf_model(const std::string& text) { return read_hf_model(HfText(text).path()); }
inline HfModel hf_model(const nlohmann::json& keys) { return hf_model(keys.dump()); }
inline ModelSpec hf_spec(const nlohmann::json& keys) {
  return spec_from_table(hf_model(keys).table, "hf");
}
/// The table with all defaults, as TOML.
inline std::string hf_toml(const nlohmann::json& keys) {
  return write_toml(resolve_model_table(hf_model(keys).table));
}

/// What reading this text says, from the file's name on: "config.json:2:3: key: fact".
inline std::string hf_fault(const std::string& text) {
  const HfText file(text);
  try {
    static_cast<void>(spec_from_table(read_hf_config(file.path()), "hf"));
  } catch (const DataError& error) {
    const std::string fault = error.what();
    return fault.substr(fault.find("config.json"));
  }
  return "no error";
}

/// The same without the line and column: "config.json: key: fact".
inline std::string hf_fault(const nlohmann::json& keys) {
  return std::regex_replace(hf_fault(keys.dump()), std::regex("^config.json:1:[0-9]+:"),
                            "config.json:");
}

inline nlohmann::json with(nlohmann::json keys, const std::string& key, nlohmann::json value) {
  keys[key] = std::move(value);
  return keys;
}

inline nlohmann::json without(nlohmann::json keys, const std::string& key) {
  keys.erase(key);
  return keys;
}

}  // namespace assay::test
