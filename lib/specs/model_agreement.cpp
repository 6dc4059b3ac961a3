#include "specs/model_agreement.h"

#include <fmt/format.h>

#include <sstream>

#include "config/config.h"
#include "specs/family.h"

namespace assay {
namespace {

/// Puts the leaves of `whole` that `part` lacks into `missing`, by path.
void list_missing(const TomlTable& whole, const TomlTable* part, const std::string& prefix,
                  std::vector<std::string>& missing) {
  for (const TomlEntry& entry : whole.entries) {
    const TomlNode* known = part == nullptr ? nullptr : part->find(entry.key);
    const std::string path = prefix + entry.key;
    if (const auto* inner = std::get_if<TomlTable>(&entry.node.value)) {
      list_missing(*inner, known == nullptr ? nullptr : std::get_if<TomlTable>(&known->value),
                   path + ".", missing);
    } else if (known == nullptr) {
      missing.push_back(path);
    }
  }
}

/// The first line in which two texts differ, from both.
std::string first_difference(const std::string& before, const std::string& now) {
  std::istringstream left(before);
  std::istringstream right(now);
  std::string left_line;
  std::string right_line;
  while (std::getline(left, left_line) && std::getline(right, right_line)) {
    if (left_line != right_line) return fmt::format("{}, {}", left_line, right_line);
  }
  return "one has more keys";
}

}  // namespace

ModelAgreement compare_models(std::string_view written, std::string name, const TomlTable& now) {
  const TomlTable table = read_toml(
      written, {.kind = DocumentKind::kData, .module = "checkpoint", .name = std::move(name)});
  const TomlTable resolved = resolve_model_table(table);
  const std::string before_text = write_toml(resolved);
  const std::string now_text = write_toml(now);
  ModelAgreement agreement{.same = before_text == now_text, .assumed = {}, .difference = {}};
  if (!agreement.same) {
    agreement.difference = first_difference(before_text, now_text);
    return agreement;
  }
  list_missing(resolved, &table, "", agreement.assumed);
  return agreement;
}

}  // namespace assay
