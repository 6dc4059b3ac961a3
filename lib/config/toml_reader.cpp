#include "config/toml_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <sstream>
#include <utility>

#define TOML_HEADER_ONLY 1
#include <toml++/toml.h>

namespace assay {
namespace {

using DocumentPtr = std::shared_ptr<const Document>;

Place place_of(const toml::source_region& region, const DocumentPtr& document) {
  return {document, region.begin.line, region.begin.column};
}

TomlTable convert_table(const toml::table& table, const DocumentPtr& document);

TomlNode convert(const toml::node& node, const DocumentPtr& document) {
  const Place place = place_of(node.source(), document);
  if (const auto* table = node.as_table()) return {convert_table(*table, document), place};
  if (const auto* array = node.as_array()) {
    TomlArray items;
    items.reserve(array->size());
    for (const toml::node& item : *array) items.push_back(convert(item, document));
    return {std::move(items), place};
  }
  if (const auto* text = node.as_string()) return {text->get(), place};
  if (const auto* integer = node.as_integer()) return {integer->get(), place};
  if (const auto* number = node.as_floating_point()) return {number->get(), place};
  if (const auto* boolean = node.as_boolean()) return {boolean->get(), place};
  fail_at(place, "a date or time is written as a quoted string");
}

bool stands_before(const TomlEntry& a, const TomlEntry& b) {
  return std::pair(a.place.line, a.place.column) < std::pair(b.place.line, b.place.column);
}

TomlTable convert_table(const toml::table& table, const DocumentPtr& document) {
  TomlTable result;
  result.place = place_of(table.source(), document);
  result.entries.reserve(table.size());
  for (const auto& [key, node] : table) {
    result.entries.push_back(
        {std::string(key.str()), place_of(key.source(), document), convert(node, document)});
  }
  std::stable_sort(result.entries.begin(), result.entries.end(), stands_before);
  return result;
}

// What the parser says, in our words where a key is given twice.
std::string fact_of(const toml::parse_error& error) {
  std::string fact(error.description());
  const std::string_view twice = "cannot redefine existing";
  const size_t at = fact.find(twice);
  return at == std::string::npos ? fact : "repeated key:" + fact.substr(at + twice.size());
}

TomlTable parse(std::string_view text, const DocumentPtr& document) {
  try {
    return convert_table(toml::parse(text, std::string_view(document->name)), document);
  } catch (const toml::parse_error& error) {
    fail_at(place_of(error.source(), document), fact_of(error));
  }
}

}  // namespace

TomlTable read_toml(std::string_view text, Document document) {
  return parse(text, std::make_shared<const Document>(std::move(document)));
}

TomlTable read_toml_file(const std::filesystem::path& path, Document document) {
  if (document.name.empty()) document.name = path.string();
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  if (!std::filesystem::is_regular_file(path) || !(content << file.rdbuf()) || !file) {
    fail_at({std::make_shared<const Document>(std::move(document))}, "the file cannot be read");
  }
  return read_toml(content.view(), std::move(document));
}

TomlNode read_toml_value(std::string_view text, const Place& place) {
  TomlTable table;
  try {
    table = convert_table(toml::parse(fmt::format("value = {}", text)), nullptr);
  } catch (const toml::parse_error& error) {
    fail_at(place, fmt::format("not a TOML value ({}): {}", error.description(), text));
  }
  if (table.entries.size() != 1) fail_at(place, fmt::format("not one TOML value: {}", text));
  return std::move(table.entries.front().node);
}

}  // namespace assay
