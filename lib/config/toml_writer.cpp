#include "config/toml_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string_view>

namespace assay {
namespace {

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      out += fmt::format("\\u{:04X}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string key_text(std::string_view key) {
  const bool bare = !key.empty() && std::all_of(key.begin(), key.end(), [](unsigned char c) {
    return std::isalnum(c) || c == '_' || c == '-';
  });
  return bare ? std::string(key) : in_quotes(key);
}

// The shortest text that reads back as the same double; a TOML float has a point or an exponent.
std::string number_text(double number) {
  std::string text = fmt::format("{}", number);
  if (text.find_first_of(".en") == std::string::npos) text += ".0";
  return text;
}

std::string inline_text(const TomlNode& node);

struct InlineWriter {
  std::string operator()(bool v) const { return v ? "true" : "false"; }
  std::string operator()(int64_t v) const { return fmt::format("{}", v); }
  std::string operator()(double v) const { return number_text(v); }
  std::string operator()(const std::string& v) const { return in_quotes(v); }
  std::string operator()(const RawText& v) const { return in_quotes(v.text); }
  std::string operator()(const TomlArray& items) const {
    std::string out = "[";
    for (const TomlNode& item : items) {
      if (out.size() > 1) out += ", ";
      out += inline_text(item);
    }
    return out + "]";
  }
  std::string operator()(const TomlTable& table) const {
    std::string out = "{";
    for (const TomlEntry& entry : table.entries) {
      out += fmt::format("{}{} = {}", out.size() > 1 ? ", " : " ", key_text(entry.key),
                         inline_text(entry.node));
    }
    return out + " }";
  }
};

std::string inline_text(const TomlNode& node) { return std::visit(InlineWriter{}, node.value); }

bool is_array_of_tables(const TomlNode& node) {
  const auto* items = std::get_if<TomlArray>(&node.value);
  return items != nullptr && !items->empty() &&
         std::all_of(items->begin(), items->end(), [](const TomlNode& item) {
           return std::holds_alternative<TomlTable>(item.value);
         });
}

void write_section(const TomlTable& table, const std::string& path, std::string& out) {
  for (const TomlEntry& entry : table.entries) {
    if (std::holds_alternative<TomlTable>(entry.node.value) || is_array_of_tables(entry.node)) {
      continue;
    }
    out += fmt::format("{} = {}\n", key_text(entry.key), inline_text(entry.node));
  }
  for (const TomlEntry& entry : table.entries) {
    const std::string name = path.empty() ? key_text(entry.key) : path + "." + key_text(entry.key);
    const std::string gap = out.empty() ? "" : "\n";
    if (const auto* child = std::get_if<TomlTable>(&entry.node.value)) {
      out += fmt::format("{}[{}]\n", gap, name);
      write_section(*child, name, out);
    } else if (is_array_of_tables(entry.node)) {
      for (const TomlNode& item : std::get<TomlArray>(entry.node.value)) {
        out += fmt::format("{}[[{}]]\n", out.empty() ? "" : "\n", name);
        write_section(std::get<TomlTable>(item.value), name, out);
      }
    }
  }
}

}  // namespace

std::string write_toml(const TomlTable& table) {
  std::string out;
  write_section(table, "", out);
  return out;
}

}  // namespace assay
