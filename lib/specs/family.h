#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"
#include "specs/model_spec.h"

namespace assay {

struct HfConfig;

/// A model family. Each file families/<name>.cpp defines one; the table is generated from the file
/// names.
struct Family {
  std::string_view name;
  std::string_view summary;  ///< one line for lists
  bool trainable = false;    ///< has a torch module; otherwise accounting only
  /// The spec of a table `family = "<name>"` with the family's keys.
  ModelSpec (*spec)(const TomlTable& table) = nullptr;
  /// The table with every default filled in.
  TomlTable (*resolve)(const TomlTable& table) = nullptr;
  std::vector<FieldInfo> (*fields)() = nullptr;
  std::vector<std::string_view> hf_model_types;
  /// The family's table from a Hugging Face config.json.
  TomlTable (*from_hf)(const HfConfig& config) = nullptr;
  /// The text of a config.json that says the same to transformers; `dtype` is that of the weights
  /// ("float32"). Absent where the family has no module. Throws: ConfigError where Hugging Face's
  /// config cannot say it.
  std::string (*to_hf)(const TomlTable& table, std::string_view dtype) = nullptr;
};

/// All families in the order of their names.
const std::vector<Family>& families();

/// The family that the table's key `family` names. Throws: the document's kind of error at that
/// key, with the nearest known name.
const Family& family_of(const TomlTable& table);

/// The spec of a table with `family = "gpt2"` and that family's keys ([model] of a run, [config] of
/// a registry file). `id` becomes the spec's id. Throws: the document's kind of error with its
/// place.
ModelSpec spec_from_table(const TomlTable& table, std::string_view id);

/// The same table with every default filled in and overrides in their types.
TomlTable resolve_model_table(const TomlTable& table);

/// A family's config as a table of a file: its keys, `family`, and the folder to start from.
template <HasFields Config>
struct FamilyTable {
  std::string family{Config::kFamily};
  std::optional<std::string> from;
  Config config;

  template <class V>
  void fields(V& visit) {
    visit("family", family, "model family", required(), one_of({Config::kFamily}));
    visit("from", from,
          "folder with Hugging Face weights to start from; with no family given, its config.json "
          "says the shape",
          non_empty());
    config.fields(visit);
  }
  void validate(const FieldPlaces& at) const {
    if constexpr (requires { config.validate(at); }) config.validate(at);
  }
};

/// Reads a family's config from its table, whose key `family` must name it. Throws: the document's
/// kind of error with its place.
template <HasFields Config>
Config model_config_from(const TomlTable& table) {
  return parse_table<FamilyTable<Config>>(table).config;
}

/// The functions of a family's row that follow from its config struct alone.
template <HasFields Config>
Family make_family(std::string_view summary, bool trainable,
                   const std::vector<std::string_view>& hf_model_types,
                   TomlTable (*from_hf)(const HfConfig&),
                   std::string (*to_hf)(const TomlTable&, std::string_view) = nullptr) {
  return {
      .name = Config::kFamily,
      .summary = summary,
      .trainable = trainable,
      .spec = [](const TomlTable& table) { return make_spec(model_config_from<Config>(table)); },
      .resolve =
          [](const TomlTable& table) {
            return dump_fields(parse_table<FamilyTable<Config>>(table));
          },
      .fields = [] { return list_fields<FamilyTable<Config>>(); },
      .hf_model_types = hf_model_types,
      .from_hf = from_hf,
      .to_hf = to_hf};
}

}  // namespace assay
