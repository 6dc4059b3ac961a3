#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace assay::audit {

/// A column of somebody's table and what its numbers are in.
struct MappedColumn {
  std::string column;
  double factor = 1;  ///< one of the column's unit in the field's base unit
};

/// Which column of a table holds which field of a row.
///
/// Fields: name, date, hardware, base_model, precision (text); params (param), compute and
/// finetune_compute (FLOP), tokens (token), epochs (x), wall (h), devices (gpu), mfu (x), hours
/// (gpu_h), power (W, all devices together), cost (USD).
struct ColumnMap {
  std::map<std::string, MappedColumn> columns;

  /// Epoch AI's public table of systems.
  static ColumnMap epoch();
  /// Reads `[columns]`: `hours = "GPU hours"` or `params = { column = "Params", unit = "1e9 param"
  /// }`. Throws: DataError with file:line:column for an unknown field, unit or key, a unit of
  /// another dimension, or no name.
  static ColumnMap read(const std::filesystem::path& file);
};

}  // namespace assay::audit
