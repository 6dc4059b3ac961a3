#pragma once

#include <filesystem>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "config/toml_node.h"

namespace assay {

struct StrictJson;

/// A Hugging Face config.json, or an object inside of one.
struct HfConfig {
  std::string name;    ///< the file, for messages
  std::string prefix;  ///< "attn_config." of that object; empty for the file's own keys
  std::shared_ptr<const StrictJson> file;
  std::shared_ptr<const nlohmann::json> keys;
  std::shared_ptr<std::vector<std::string>> notes;  ///< of HfModel
};

/// A model as config.json says it.
struct HfModel {
  TomlTable table;  ///< of the family that `model_type` names, as family.h reads it
  /// What the file asks for and this program has no part for, where no shape and no answer of the
  /// model depends on it: "resid_pdrop 0.1: ...".
  std::vector<std::string> notes;
};

/// A file of a Hugging Face folder that holds a JSON object, read strictly (strict_json.h).
struct HfFile {
  std::string text;
  std::shared_ptr<const StrictJson> json;
};
/// Throws: DataError with the file, and the line and column of a fault in its text.
HfFile read_hf_file(const std::filesystem::path& path);

/// Reads the config.json that `path` names, or that lies in the folder of that name. Throws:
/// DataError for a file that is no JSON object, an unknown model_type, a missing, wrong or
/// contradictory value, null where transformers has no meaning for it, and any key that is neither
/// understood nor known to leave the mathematics alone.
HfModel read_hf_model(const std::filesystem::path& path);
/// The table of that model.
TomlTable read_hf_config(const std::filesystem::path& path);

}  // namespace assay
