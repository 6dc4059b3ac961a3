#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "audit/claims/figure.h"
#include "audit/output/language.h"
#include "config/toml_node.h"
#include "registry/registry.h"

namespace assay::audit {

/// A table of a claim file while it is read: remembers which keys were asked for, so that the
/// others are errors. Every fault is a DataError with file:line:column.
class ClaimTable {
 public:
  explicit ClaimTable(const TomlTable& table) : table_(table) {}

  [[nodiscard]] const Place& place() const { return table_.place; }
  /// Where the value of `key` stands; the table's own place where it is absent.
  [[nodiscard]] const Place& place_of(std::string_view key) const;

  /// A text that must be there and not be empty.
  std::string text(std::string_view key);
  /// A text, or an empty one where the key is absent.
  std::string optional_text(std::string_view key);
  /// `key = { en = "...", ja = "..." }`.
  Bilingual bilingual(std::string_view key);
  /// A text or an array of texts, each with its place.
  std::vector<std::pair<std::string, Place>> texts(std::string_view key);
  /// A table, or null.
  const TomlTable* table(std::string_view key);
  /// An array of tables; empty where the key is absent.
  std::vector<const TomlTable*> tables(std::string_view key);
  /// The raw value, or null.
  const TomlNode* node(std::string_view key);
  /// The keys in the order of the file.
  [[nodiscard]] std::vector<std::string> keys() const;

  /// Fails on the first key that nobody asked for and names the nearest known one.
  void finish() const;

 private:
  const TomlTable& table_;
  std::set<std::string, std::less<>> asked_;
};

/// The longest text of a claim file that a message quotes whole.
inline constexpr size_t kLongestQuotedText = 200;

/// A text of a claim file as a message quotes it: printable, and cut where it is long.
std::string in_quotes(std::string_view text);

/// Fails at `place` unless the date is empty or of the calendar: YYYY, YYYY-MM or YYYY-MM-DD.
void check_date(const std::string& date, const Place& place);

}  // namespace assay::audit
