#include "audit/claims/claim_table.h"

#include <fmt/format.h>

#include "audit/output/number_text.h"
#include "config/nearest_name.h"
#include "error/error.h"
#include "registry/calendar_date.h"

namespace assay::audit {
namespace {

constexpr size_t kLongestClaimText = 20'000;

const std::string& as_text(const TomlNode& node, std::string_view key) {
  const auto* text = std::get_if<std::string>(&node.value);
  if (text == nullptr) {
    fail_at(node.place, fmt::format("\"{}\" must be a string, not {}", key, kind_name(node)));
  }
  if (text->size() > kLongestClaimText) {
    fail_at(node.place, fmt::format("\"{}\" has {} bytes; a text of a claim has at most {}", key,
                                    text->size(), kLongestClaimText));
  }
  return *text;
}

}  // namespace

std::string in_quotes(std::string_view text) {
  if (text.size() > kLongestQuotedText) {
    return fmt::format("\"{}...\" ({} bytes)", printable(text.substr(0, kLongestQuotedText)),
                       text.size());
  }
  return fmt::format("\"{}\"", printable(text));
}

const Place& ClaimTable::place_of(std::string_view key) const {
  const TomlNode* found = table_.find(key);
  return found == nullptr ? table_.place : found->place;
}

std::string ClaimTable::text(std::string_view key) {
  const TomlNode* found = node(key);
  if (found == nullptr) fail_at(table_.place, fmt::format("the key \"{}\" is missing", key));
  const std::string& value = as_text(*found, key);
  if (value.empty()) fail_at(found->place, fmt::format("\"{}\" is empty", key));
  return value;
}

std::string ClaimTable::optional_text(std::string_view key) {
  const TomlNode* found = node(key);
  return found == nullptr ? std::string() : as_text(*found, key);
}

Bilingual ClaimTable::bilingual(std::string_view key) {
  const TomlTable* both = table(key);
  if (both == nullptr) fail_at(table_.place, fmt::format("the table \"{}\" is missing", key));
  ClaimTable fields(*both);
  Bilingual result{fields.text("en"), fields.optional_text("ja")};
  fields.finish();
  return result;
}

std::vector<std::pair<std::string, Place>> ClaimTable::texts(std::string_view key) {
  std::vector<std::pair<std::string, Place>> result;
  const TomlNode* found = node(key);
  if (found == nullptr) return result;
  if (const auto* items = std::get_if<TomlArray>(&found->value)) {
    for (const TomlNode& item : *items) result.emplace_back(as_text(item, key), item.place);
  } else {
    result.emplace_back(as_text(*found, key), found->place);
  }
  return result;
}

const TomlTable* ClaimTable::table(std::string_view key) {
  const TomlNode* found = node(key);
  if (found == nullptr) return nullptr;
  const auto* result = std::get_if<TomlTable>(&found->value);
  if (result == nullptr) {
    fail_at(found->place, fmt::format("\"{}\" must be a table, not {}", key, kind_name(*found)));
  }
  return result;
}

std::vector<const TomlTable*> ClaimTable::tables(std::string_view key) {
  std::vector<const TomlTable*> result;
  const TomlNode* found = node(key);
  if (found == nullptr) return result;
  const auto* items = std::get_if<TomlArray>(&found->value);
  if (items == nullptr) {
    fail_at(found->place, fmt::format("\"{}\" must be an array of tables ([[{}]])", key, key));
  }
  for (const TomlNode& item : *items) {
    const auto* row = std::get_if<TomlTable>(&item.value);
    if (row == nullptr) {
      fail_at(item.place, fmt::format("\"{}\" must be an array of tables ([[{}]])", key, key));
    }
    result.push_back(row);
  }
  return result;
}

const TomlNode* ClaimTable::node(std::string_view key) {
  asked_.emplace(key);
  return table_.find(key);
}

std::vector<std::string> ClaimTable::keys() const {
  std::vector<std::string> result;
  for (const TomlEntry& entry : table_.entries) result.push_back(entry.key);
  return result;
}

void ClaimTable::finish() const {
  for (const TomlEntry& entry : table_.entries) {
    if (asked_.contains(entry.key)) continue;
    const std::vector<std::string_view> known(asked_.begin(), asked_.end());
    fail_at(entry.place,
            fmt::format("unknown key {}{}", in_quotes(entry.key), nearest_note(entry.key, known)));
  }
}

void check_date(const std::string& date, const Place& place) {
  if (date.empty()) return;
  if (!registry::is_date(date)) {
    fail_at(
        place,
        fmt::format("a date of the calendar reads YYYY, YYYY-MM or YYYY-MM-DD, {} or later: \"{}\"",
                    registry::kFirstYear, printable(date.substr(0, 40))));
  }
}

}  // namespace assay::audit
