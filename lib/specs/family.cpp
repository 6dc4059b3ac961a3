#include "specs/family.h"

#include <algorithm>

namespace assay {

const Family& family_of(const TomlTable& table) {
  const TomlNode* node = table.find("family");
  if (node == nullptr) fail_at(table.place, "missing key \"family\"");
  std::string name;
  parse_value(*node, name, {});
  std::vector<std::string_view> known;
  for (const Family& family : families()) {
    if (family.name == name) return family;
    known.push_back(family.name);
  }
  parser::fail_unknown_name(*node, name, known);
}

ModelSpec spec_from_table(const TomlTable& table, std::string_view id) {
  const Family& family = family_of(table);
  ModelSpec spec = family.spec(table);
  spec.id = std::string(id);
  spec.trainable = family.trainable;
  return spec;
}

TomlTable resolve_model_table(const TomlTable& table) { return family_of(table).resolve(table); }

}  // namespace assay
