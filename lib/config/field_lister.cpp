#include "config/field_lister.h"

#include "config/toml_writer.h"

namespace assay {
namespace {

// "steps = 3\n" without the key.
std::string value_text(const TomlNode& node) {
  TomlTable table;
  table.set("v", {}, node);
  const std::string text = write_toml(table);
  return text.substr(4, text.size() - 5);
}

}  // namespace

void FieldLister::add(const std::string& path, std::string type, const TomlNode* initial,
                      std::string_view help, const Rule& rule) {
  FieldInfo field{.path = path,
                  .type = std::move(type),
                  .initial = "none",
                  .help = std::string(help),
                  .rule = describe(rule),
                  .can_override = can_override_};
  field.is_open_table = initial != nullptr && std::holds_alternative<TomlTable>(initial->value);
  if (rule.required) {
    field.initial = "required";
  } else if (initial != nullptr && !field.is_open_table) {
    field.initial = value_text(*initial);
  }
  fields_.push_back(std::move(field));
}

}  // namespace assay
