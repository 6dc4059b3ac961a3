#include "config/overrides.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <memory>
#include <set>
#include <string_view>

#include "config/lower_case.h"
#include "config/nearest_name.h"

namespace assay {
namespace {

constexpr std::string_view kPrefix = "ASSAY_";

Place place_named(std::string name) {
  return {std::make_shared<const Document>(Document{.name = std::move(name)})};
}

void set_path(TomlTable& root, std::string_view path, const std::string& text, const Place& place) {
  TomlTable* table = &root;
  for (size_t dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.')) {
    const std::string_view section = path.substr(0, dot);
    if (table->find(section) == nullptr) {
      table->set(section, place, {TomlTable{.place = place, .entries = {}}, place});
    }
    TomlNode* node = table->find(section);
    if (!std::holds_alternative<TomlTable>(node->value)) {
      fail_at(place, fmt::format("\"{}\" is not a table but {}", section, kind_name(*node)));
    }
    table = &std::get<TomlTable>(node->value);
    path = path.substr(dot + 1);
  }
  if (path.empty()) fail_at(place, "an override reads key=value or section.key=value");
  table->set(path, place, {RawText{text}, place});
}

// The key path that an environment variable sets; empty where it is none of the config's.
std::string path_of(const std::string& variable, const std::vector<FieldInfo>& fields,
                    const Place& place) {
  std::vector<std::string> names;
  std::set<std::string> sections;
  for (const FieldInfo& field : fields) {
    if (!field.can_override) continue;
    const std::string name = environment_name(field.path);
    if (name == variable) return field.path;
    if (field.is_open_table && variable.starts_with(name + "_")) {
      return field.path + "." + lower_case(std::string_view(variable).substr(name.size() + 1));
    }
    names.push_back(name);
    const size_t dot = field.path.find('.');
    if (dot != std::string::npos)
      sections.insert(environment_name(field.path.substr(0, dot)) + "_");
  }
  const bool is_ours = std::any_of(sections.begin(), sections.end(),
                                   [&](const std::string& s) { return variable.starts_with(s); });
  if (!is_ours) return "";
  fail_at(place, "no key of the config has this variable" +
                     nearest_note(variable, {names.begin(), names.end()}));
}

}  // namespace

std::map<std::string, std::string> assay_environment() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const size_t equals = text.find('=');
    if (!text.starts_with(kPrefix) || equals == std::string_view::npos) continue;
    variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
}

std::string environment_name(const std::string& path) {
  std::string name(kPrefix);
  for (const char c : path) {
    name +=
        c == '.' || c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return name;
}

void apply_overrides(TomlTable& table, const Overrides& overrides,
                     const std::vector<FieldInfo>& fields) {
  for (const auto& [variable, value] : overrides.environment) {
    const Place place = place_named(fmt::format("{}={}", variable, value));
    const auto alias = overrides.aliases.find(variable);
    const std::string path =
        alias != overrides.aliases.end() ? alias->second : path_of(variable, fields, place);
    if (!path.empty()) set_path(table, path, value, place);
  }
  for (const std::string& text : overrides.set) {
    const Place place = place_named("--set " + text);
    const size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      fail_at(place, "an override reads key=value or section.key=value");
    }
    set_path(table, std::string_view(text).substr(0, equals), text.substr(equals + 1), place);
  }
}

}  // namespace assay
