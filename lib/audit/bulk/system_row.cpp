#include "audit/bulk/system_row.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "error/error.h"

namespace assay::audit {
namespace {

constexpr std::array<std::string_view, 5> kTexts{"name", "date", "hardware", "base_model",
                                                 "precision"};
constexpr size_t kLongestText = 300;

bool is_text(const std::string& field) {
  return std::find(kTexts.begin(), kTexts.end(), field) != kTexts.end();
}

std::string trimmed(std::string text) {
  const auto space = [](unsigned char c) { return std::isspace(c) != 0; };
  text.erase(text.begin(), std::find_if_not(text.begin(), text.end(), space));
  text.erase(std::find_if_not(text.rbegin(), text.rend(), space).base(), text.end());
  return text;
}

// A year, month and day that exist; "" where they do not.
std::string checked_date(const std::string& text) {
  static constexpr std::array<int, 12> kDays{31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool length = text.size() == 4 || text.size() == 7 || text.size() == 10;
  if (!length) return {};
  for (size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 4 || i == 7;
    if (dash ? text[i] != '-' : std::isdigit(static_cast<unsigned char>(text[i])) == 0) return {};
  }
  const int month = text.size() >= 7 ? std::stoi(text.substr(5, 2)) : 1;
  const int day = text.size() == 10 ? std::stoi(text.substr(8, 2)) : 1;
  const bool exists = month >= 1 && month <= 12 && day >= 1 && day <= kDays.at(month - 1);
  return exists ? text : std::string();
}

std::optional<double> parsed(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole && std::isfinite(value) ? std::optional(value) : std::nullopt;
}

void read_text(const std::string& field, const std::string& cell, SystemRow& row) {
  if (cell.size() > kLongestText) {
    row.faults.push_back(fmt::format("{}: a text of {} characters", field, cell.size()));
    row.texts[field] = cell.substr(0, kLongestText);
    return;
  }
  if (field == "date" && checked_date(cell).empty()) {
    row.faults.push_back(fmt::format("date: no such day: \"{}\"", cell));
    return;
  }
  row.texts[field] = cell;
}

// "$1,099,604.99" is 1099604.99: a dollar sign before an amount, commas between groups of three.
std::string plain_number(const std::string& field, const std::string& cell) {
  std::string text = field == "cost" && cell.starts_with("$") ? trimmed(cell.substr(1)) : cell;
  const size_t end = std::min(text.find_first_of(".eE"), text.size());
  const size_t first = text.find(',');
  if (first == std::string::npos || first >= end || first == 0 || first > 3) return text;
  for (size_t i = first; i < end; i += 4) {
    const bool group = text[i] == ',' && i + 4 <= end &&
                       std::all_of(text.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                                   text.begin() + static_cast<std::ptrdiff_t>(i) + 4,
                                   [](unsigned char c) { return std::isdigit(c) != 0; });
    if (!group) return text;
  }
  std::erase(text, ',');
  return text;
}

void read_number(const std::string& field, const std::string& cell, double factor, SystemRow& row) {
  constexpr double kLargest = 1e32;  // above any FLOP count of a century
  const std::optional<double> value = parsed(plain_number(field, cell));
  const std::string shown = cell.substr(0, 40);
  if (!value) {
    row.faults.push_back(fmt::format("{}: not a number: \"{}\"", field, shown));
  } else if (*value <= 0) {
    row.faults.push_back(fmt::format("{}: must be more than zero: \"{}\"", field, shown));
  } else if (*value * factor > kLargest) {
    row.faults.push_back(fmt::format("{}: an absurd magnitude: \"{}\"", field, shown));
  } else if (field == "devices" && std::floor(*value) != *value) {
    row.faults.push_back(fmt::format("devices: not a whole number: \"{}\"", shown));
  } else {
    row.numbers[field] = *value * factor;
  }
}

SystemRow read_row(const CsvRow& source, const CsvTable& table, const ColumnMap& map) {
  SystemRow row{.line = source.line, .texts = {}, .numbers = {}, .faults = {}};
  if (!source.fault.empty()) {
    row.faults.push_back(source.fault);
    return row;
  }
  for (const auto& [field, mapped] : map.columns) {
    const size_t column = table.column(mapped.column);
    if (column == CsvTable::npos) continue;
    const std::string cell = trimmed(source.fields[column]);
    if (cell.empty()) continue;
    is_text(field) ? read_text(field, cell, row) : read_number(field, cell, mapped.factor, row);
  }
  if (row.text("name").empty()) row.faults.emplace_back("name: empty");
  return row;
}

}  // namespace

std::vector<SystemRow> read_systems(const CsvTable& table, const ColumnMap& map,
                                    const std::string& name) {
  const auto has = [&](const char* field) {
    const auto mapped = map.columns.find(field);
    return mapped != map.columns.end() && table.column(mapped->second.column) != CsvTable::npos;
  };
  if (!has("name")) {
    throw DataError(fmt::format("[audit] {}:1:1: the header has no column \"{}\"", name,
                                map.columns.at("name").column.substr(0, 80)));
  }
  if (!has("compute") && !has("hours") && !has("wall")) {
    throw DataError(fmt::format(
        "[audit] {}:1:1: the header has none of the columns for compute, hours and wall", name));
  }
  std::vector<SystemRow> rows;
  for (const CsvRow& row : table.rows) rows.push_back(read_row(row, table, map));
  return rows;
}

}  // namespace assay::audit
