#include "config/field_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <system_error>

#include "config/nearest_name.h"
#include "config/toml_reader.h"
#include "error/error.h"

namespace assay {
namespace {

[[noreturn]] void fail_type(const TomlNode& node, std::string_view expected) {
  if (const auto* raw = std::get_if<RawText>(&node.value)) {
    fail_at(node.place, fmt::format("wrong type: expected {}, found \"{}\"", expected, raw->text));
  }
  fail_at(node.place, fmt::format("wrong type: expected {}, found {}", expected, kind_name(node)));
}

template <class T>
bool read_number(std::string_view text, T& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

void require_in_range(const TomlNode& node, double value, const Rule& rule) {
  if (holds(rule, value)) return;
  fail_at(node.place, fmt::format("out of range: {}, must be {}", value, describe(rule)));
}

// The text of a string or an override; an override may be quoted.
std::string text_of(const TomlNode& node, std::string_view expected) {
  if (const auto* text = std::get_if<std::string>(&node.value)) return *text;
  const auto* raw = std::get_if<RawText>(&node.value);
  if (raw == nullptr) fail_type(node, expected);
  const std::string& text = raw->text;
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return text;
  return std::get<std::string>(read_toml_value(text, node.place).value);
}

Measure measure_of(const TomlNode& node) {
  const std::string text = text_of(node, "a number with a unit in quotes, like \"1.5 h\"");
  try {
    return parse_measure(text);
  } catch (const DataError& error) {
    fail_at(node.place, error.what());
  }
}

bool is_in_unit_of(const Rule& rule, Dimension dimension) {
  return rule.dimensions.empty() || std::find(rule.dimensions.begin(), rule.dimensions.end(),
                                              dimension) != rule.dimensions.end();
}

}  // namespace

void parse_value(const TomlNode& node, bool& value, const Rule&) {
  if (const auto* boolean = std::get_if<bool>(&node.value)) {
    value = *boolean;
    return;
  }
  const auto* raw = std::get_if<RawText>(&node.value);
  if (raw == nullptr || (raw->text != "true" && raw->text != "false")) {
    fail_type(node, "true or false");
  }
  value = raw->text == "true";
}

void parse_value(const TomlNode& node, int64_t& value, const Rule& rule) {
  if (const auto* integer = std::get_if<int64_t>(&node.value)) {
    value = *integer;
  } else {
    const auto* raw = std::get_if<RawText>(&node.value);
    if (raw == nullptr || !read_number(raw->text, value)) fail_type(node, "an integer");
  }
  require_in_range(node, static_cast<double>(value), rule);
}

void parse_value(const TomlNode& node, double& value, const Rule& rule) {
  if (const auto* number = std::get_if<double>(&node.value)) {
    value = *number;
  } else if (const auto* integer = std::get_if<int64_t>(&node.value)) {
    value = static_cast<double>(*integer);
  } else {
    const auto* raw = std::get_if<RawText>(&node.value);
    if (raw == nullptr || !read_number(raw->text, value)) fail_type(node, "a number");
  }
  if (!std::isfinite(value)) fail_at(node.place, "not a finite number");
  require_in_range(node, value, rule);
}

void parse_value(const TomlNode& node, std::string& value, const Rule& rule) {
  value = text_of(node, "a string");
  if (holds(rule, std::string_view(value))) return;
  if (!rule.names.empty()) parser::fail_unknown_name(node, value, rule.names);
  fail_at(node.place, "must not be empty");
}

void parse_value(const TomlNode& node, Measure& value, const Rule& rule) {
  value = measure_of(node);
  if (!is_in_unit_of(rule, value.dimension)) {
    std::string units;
    for (const Dimension dimension : rule.dimensions) {
      // Money's base unit is any currency.
      const std::string_view unit = base_unit(dimension);
      units += fmt::format(" {}", unit.empty() ? "USD" : unit);
    }
    fail_at(node.place,
            fmt::format("wrong unit: \"{}\", must be in a unit like{}", value.text, units));
  }
  require_in_range(node, value.value, rule);
}

void parse_value(const TomlNode& node, Seconds& value, const Rule& rule) {
  Rule seconds = rule;
  seconds.dimensions = {Dimension::kSeconds};
  Measure measure;
  parse_value(node, measure, seconds);
  value = Seconds(measure.value);
}

void parse_value(const TomlNode& node, TomlTable& value, const Rule&) {
  value = parser::as_table(node);
}

const Place& FieldPlaces::of(std::string_view path) const {
  const size_t dot = path.find('.');
  if (dot == std::string_view::npos) return table_.place_of(path);
  const TomlNode* node = table_.find(path.substr(0, dot));
  if (node == nullptr) return table_.place;
  const auto* inner = std::get_if<TomlTable>(&node->value);
  if (inner == nullptr) return node->place;
  const Place& place = FieldPlaces(*inner).of(path.substr(dot + 1));
  return place.document ? place : node->place;
}

std::string FieldPlaces::name_of(std::string_view path) const {
  const Place& place = of(path);
  const bool has_own = place.document && !place.document->key.empty();
  return has_own ? place.document->key : std::string(path);
}

const TomlNode* FieldParser::take(std::string_view key, const Rule& rule) {
  known_.push_back(key);
  const TomlNode* node = table_.find(key);
  if (node == nullptr && rule.required) {
    fail_at(table_.place, fmt::format("missing key \"{}\"", key));
  }
  return node;
}

void FieldParser::finish() const {
  for (const TomlEntry& entry : table_.entries) {
    if (std::find(known_.begin(), known_.end(), entry.key) != known_.end()) continue;
    fail_at(entry.place,
            fmt::format("unknown key \"{}\"{}", entry.key, nearest_note(entry.key, known_, "key")));
  }
}

namespace parser {

const TomlTable& as_table(const TomlNode& node) {
  const auto* table = std::get_if<TomlTable>(&node.value);
  if (table == nullptr) fail_type(node, "a table");
  return *table;
}

const TomlArray& as_array(const TomlNode& node, TomlNode& storage) {
  if (const auto* items = std::get_if<TomlArray>(&node.value)) return *items;
  const auto* raw = std::get_if<RawText>(&node.value);
  if (raw == nullptr) fail_type(node, "an array");
  storage = read_toml_value(raw->text, node.place);
  const auto* items = std::get_if<TomlArray>(&storage.value);
  if (items == nullptr) fail_type(node, "an array like [1, 2]");
  return *items;
}

void require_non_empty(const TomlNode& node, size_t size, const Rule& rule) {
  if (rule.non_empty && size == 0) fail_at(node.place, "must not be empty");
}

void fail_unknown_name(const TomlNode& node, std::string_view name,
                       const std::vector<std::string_view>& known) {
  fail_at(node.place, fmt::format("unknown name \"{}\"{} (known: {})", name,
                                  nearest_note(name, known), fmt::join(known, ", ")));
}

}  // namespace parser
}  // namespace assay
