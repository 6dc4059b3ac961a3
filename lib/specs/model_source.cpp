#include "specs/model_source.h"

#include <filesystem>

#include "config/config.h"
#include "error/error.h"
#include "specs/hf_config.h"

namespace assay {
namespace {

/// Puts the entries of `over` into `table`, inner tables key by key.
void merge_over(TomlTable& table, const TomlTable& over) {
  for (const TomlEntry& entry : over.entries) {
    TomlNode* known = table.find(entry.key);
    const auto* inner = std::get_if<TomlTable>(&entry.node.value);
    if (known != nullptr && inner != nullptr && std::holds_alternative<TomlTable>(known->value)) {
      merge_over(std::get<TomlTable>(known->value), *inner);
    } else {
      table.set(entry.key, entry.place, entry.node);
    }
  }
}

}  // namespace

std::optional<std::string> weights_folder(const TomlTable& model) {
  const TomlNode* node = model.find("from");
  if (node == nullptr) return std::nullopt;
  std::string folder;
  parse_value(*node, folder, {});
  return folder;
}

TomlTable with_folder_shape(const TomlTable& model) {
  const auto folder = weights_folder(model);
  if (!folder || model.find("family") != nullptr) return model;
  TomlTable table = read_hf_config(std::filesystem::path(*folder) / "config.json");
  merge_over(table, model);
  table.place = model.place;
  return table;
}

std::vector<std::string> folder_notes(const TomlTable& model) {
  const auto folder = weights_folder(model);
  if (!folder) return {};
  try {
    auto notes = read_hf_model(std::filesystem::path(*folder) / "config.json").notes;
    if (model.find("multi_token") != nullptr) {  // this run has the blocks
      std::erase_if(notes, [](const std::string& note) {
        return note.starts_with("num_nextn_predict_layers ");
      });
    }
    return notes;
  } catch (const DataError&) {
    return {};
  }
}

}  // namespace assay
