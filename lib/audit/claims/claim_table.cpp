#include "audit/claims/claim_table.h"

#include <fmt/format.h>

#include <array>
#include <cctype>
#include <cmath>

#include "audit/claims/scope.h"
#include "audit/output/number_text.h"
#include "config/nearest_name.h"
#include "error/error.h"

namespace assay::audit {
namespace {

constexpr size_t kLongestClaimText = 20'000;
constexpr double kLargestMagnitude = 1e40;  // a larger one is a slip of the pen in any unit
constexpr size_t kLongestQuotedText = 200;

std::string in_quotes(std::string_view text) {
  if (text.size() > kLongestQuotedText) {
    return fmt::format("\"{}...\" ({} bytes)", printable(text.substr(0, kLongestQuotedText)),
                       text.size());
  }
  return fmt::format("\"{}\"", printable(text));
}

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

// More than anything of its kind that could be told of a training: ten million times the largest.
double largest_of(Dimension dimension) {
  switch (dimension) {
    case Dimension::kDevices:
      return 1e12;
    case Dimension::kGpuHours:
      return 1e16;
    case Dimension::kSeconds:
      return 3.2e11;  // ten thousand years
    case Dimension::kTokens:
    case Dimension::kParameters:
      return 1e21;
    case Dimension::kFlops:
      return 1e35;
    case Dimension::kFlopsPerSecond:
      return 1e25;
    case Dimension::kMoney:
      return 1e20;
    case Dimension::kRatio:
      return 1e12;
    default:
      return kLargestMagnitude;
  }
}

Measure read_measure(const std::string& text, const Place& place) {
  if (text.size() > kLongestQuotedText) fail_at(place, "not a measure: " + in_quotes(text));
  try {
    Measure measure = parse_measure(text);
    if (std::abs(measure.value) > largest_of(measure.dimension)) {
      fail_at(place, "the magnitude is absurd: " + in_quotes(text));
    }
    return measure;
  } catch (const DataError& error) {
    const std::string message = error.what();
    if (message.starts_with("[units] ")) fail_at(place, printable(message.substr(8)));
    throw;
  }
}

Direction read_direction(ClaimTable& table) {
  const std::string text = table.optional_text("relation");
  if (text.empty() || text == "equals") return Direction::kExact;
  if (text == "at-least") return Direction::kAtLeast;
  if (text == "at-most") return Direction::kAtMost;
  if (text == "about") return Direction::kAbout;
  fail_at(table.place_of("relation"),
          fmt::format("relation is equals, about, at-least or at-most, not {}", in_quotes(text)));
}

Measure interval_end(ClaimTable& table, std::string_view key, const Figure& figure) {
  Measure end = read_measure(table.text(key), table.place_of(key));
  if (end.dimension != figure.measure.dimension || end.currency != figure.measure.currency) {
    fail_at(table.place_of(key), fmt::format("{} is in the unit of the value: \"{}\" of \"{}\"",
                                             key, end.text, figure.measure.text));
  }
  return end;
}

// low, high and shape: how sure the value is, as its source or the reader states it.
std::optional<InputRange> read_interval(ClaimTable& table, const Figure& figure) {
  const bool any = table.node("low") != nullptr || table.node("high") != nullptr ||
                   table.node("shape") != nullptr;
  if (!any) return std::nullopt;
  const std::string word = table.text("shape");
  const std::optional<Shape> shape = shape_named(word);
  if (!shape) {
    fail_at(
        table.place_of("shape"),
        fmt::format("shape is uniform, triangular, normal or lognormal, not {}", in_quotes(word)));
  }
  const Measure low = interval_end(table, "low", figure);
  const Measure high = interval_end(table, "high", figure);
  const double value = figure.measure.value;
  if (low.value >= high.value) {
    fail_at(table.place_of("high"),
            fmt::format("the interval is turned round: \"{}\" to \"{}\"", low.text, high.text));
  }
  if (value < low.value || value > high.value) {
    fail_at(table.place_of("low"), fmt::format("the value \"{}\" lies outside of \"{}\" to \"{}\"",
                                               figure.measure.text, low.text, high.text));
  }
  if (*shape == Shape::kLogNormal && low.value <= 0) {
    fail_at(table.place_of("low"), "a lognormal interval lies above zero: " + in_quotes(low.text));
  }
  return InputRange{*shape, low.value, value, high.value};
}

Figure read_figure_table(const TomlTable& fields, const SourceRef& fallback) {
  ClaimTable table(fields);
  Figure figure;
  figure.measure = read_measure(table.text("value"), table.place_of("value"));
  if (const TomlNode* to = table.node("to")) {
    figure.to = read_measure(as_text(*to, "to"), to->place);
    if (figure.to->dimension != figure.measure.dimension) {
      fail_at(to->place, fmt::format("a range needs one dimension: \"{}\" to \"{}\"",
                                     figure.measure.text, figure.to->text));
    }
    if (figure.to->value < figure.measure.value) {
      fail_at(to->place, fmt::format("the range is turned round: \"{}\" to \"{}\"",
                                     figure.measure.text, figure.to->text));
    }
  }
  figure.direction = read_direction(table);
  figure.interval = read_interval(table, figure);
  for (auto& [dimension, place] : table.texts("includes")) {
    if (!scope_index(dimension)) fail_at(place, "no scope dimension: " + in_quotes(dimension));
    figure.includes.push_back(dimension);
  }
  figure.source = read_source(table, fallback);
  figure.place = fields.place;
  table.finish();
  return figure;
}

}  // namespace

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
    const std::string_view nearest =
        entry.key.size() > kLongestQuotedText ? "" : nearest_name(entry.key, known);
    fail_at(entry.place,
            fmt::format("unknown key {}{}", in_quotes(entry.key),
                        nearest.empty() ? std::string()
                                        : fmt::format("; the nearest known is \"{}\"", nearest)));
  }
}

SourceRef read_source(ClaimTable& table, const SourceRef& fallback) {
  SourceRef source = fallback;
  if (std::string key = table.optional_text("source"); !key.empty()) {
    if (key != fallback.key) source.locator.clear();
    source.key = std::move(key);
  }
  if (std::string locator = table.optional_text("locator"); !locator.empty()) {
    source.locator = std::move(locator);
  }
  if (std::string mark = table.optional_text("mark"); !mark.empty()) source.mark = std::move(mark);
  if (source.key.empty()) fail_at(table.place(), "the source of this figure is missing");
  constexpr std::array<std::string_view, 3> kMarks{"seen", "recalled", "derived"};
  for (const std::string_view mark : kMarks) {
    if (source.mark == mark) return source;
  }
  fail_at(table.place(),
          fmt::format("mark is seen, recalled or derived, not {}", in_quotes(source.mark)));
}

Figure read_figure(const TomlNode& node, const SourceRef& fallback) {
  if (const auto* fields = std::get_if<TomlTable>(&node.value)) {
    return read_figure_table(*fields, fallback);
  }
  const auto* text = std::get_if<std::string>(&node.value);
  if (text == nullptr) {
    fail_at(node.place,
            fmt::format("a figure is a text with a unit, like \"2.788e6 gpu_h\", not {}",
                        kind_name(node)));
  }
  Figure figure;
  figure.measure = read_measure(*text, node.place);
  figure.place = node.place;
  const TomlTable empty{.place = node.place, .entries = {}};
  ClaimTable none(empty);
  figure.source = read_source(none, fallback);
  return figure;
}

void check_date(const std::string& date, const Place& place) {
  if (date.empty()) return;
  bool fine = date.size() == 4 || date.size() == 7 || date.size() == 10;
  for (size_t i = 0; fine && i < date.size(); ++i) {
    fine = i == 4 || i == 7 ? date[i] == '-' : std::isdigit(static_cast<unsigned char>(date[i]));
  }
  const int month = fine && date.size() >= 7 ? std::stoi(date.substr(5, 2)) : 1;
  const int day = fine && date.size() == 10 ? std::stoi(date.substr(8, 2)) : 1;
  if (!fine || month < 1 || month > 12 || day < 1 || day > 31) {
    fail_at(place, fmt::format("a date reads YYYY, YYYY-MM or YYYY-MM-DD: \"{}\"",
                               printable(date.substr(0, 40))));
  }
}

}  // namespace assay::audit
