#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "audit/bulk/column_map.h"
#include "formats/csv_reader.h"

namespace assay::audit {

/// One system of somebody's table. Numbers are in the units that ColumnMap names; what a cell
/// leaves empty is absent.
struct SystemRow {
  size_t line = 0;
  std::map<std::string, std::string> texts;
  std::map<std::string, double> numbers;
  std::vector<std::string> faults;  ///< cells that could not be read, and what is wrong with them

  [[nodiscard]] std::string text(const std::string& field) const {
    const auto found = texts.find(field);
    return found == texts.end() ? std::string() : found->second;
  }
  [[nodiscard]] std::optional<double> number(const std::string& field) const {
    const auto found = numbers.find(field);
    return found == numbers.end() ? std::nullopt : std::optional(found->second);
  }
};

/// Reads the mapped columns of a table. A faulty cell or record becomes a fault of its row and
/// never stops the others. Throws: DataError where a mapped column that every row needs (`name`) is
/// not in the header; of the others those that are there are read, at least one of compute, hours,
/// wall.
std::vector<SystemRow> read_systems(const CsvTable& table, const ColumnMap& map,
                                    const std::string& name);

}  // namespace assay::audit
