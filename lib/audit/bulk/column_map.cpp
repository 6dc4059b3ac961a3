#include "audit/bulk/column_map.h"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <vector>

#include "audit/claims/claim_table.h"
#include "config/nearest_name.h"
#include "config/toml_reader.h"
#include "error/error.h"
#include "units/measure.h"

namespace assay::audit {
namespace {

struct FieldRow {
  std::string_view field;
  std::string_view unit;   ///< empty: a text
  std::string_view epoch;  ///< Epoch's column; empty: it has none
};

constexpr std::array kFields{
    FieldRow{"name", "", "Model"},
    FieldRow{"date", "", "Publication date"},
    FieldRow{"hardware", "", "Training hardware"},
    FieldRow{"base_model", "", "Base model"},
    FieldRow{"precision", "", "Numerical format"},
    FieldRow{"params", "param", "Parameters"},
    FieldRow{"active_params", "param", ""},
    FieldRow{"compute", "FLOP", "Training compute (FLOP)"},
    FieldRow{"finetune_compute", "FLOP", "Finetune compute (FLOP)"},
    FieldRow{"tokens", "token", "Training dataset size (datapoints)"},
    FieldRow{"epochs", "x", "Epochs"},
    FieldRow{"wall", "h", "Training time (hours)"},
    FieldRow{"devices", "gpu", "Hardware quantity"},
    FieldRow{"mfu", "x", "Hardware utilization (MFU)"},
    FieldRow{"hours", "gpu_h", "Training chip-hours"},
    FieldRow{"power", "W", "Training power draw (W)"},
    FieldRow{"cost", "USD", "Training compute cost (2023 USD)"},
};

const FieldRow& field_row(const std::string& name, const Place& place) {
  std::vector<std::string_view> known;
  for (const FieldRow& row : kFields) {
    if (row.field == name) return row;
    known.push_back(row.field);
  }
  fail_at(place, fmt::format("no field is called \"{}\"{} (known: {})", name.substr(0, 80),
                             nearest_note(name, known), fmt::join(known, ", ")));
}

// "1e9 param": how many of the field's own unit one of the column's is.
double factor_of(const FieldRow& row, const std::string& unit, const Place& place) {
  try {
    const Measure column = parse_measure(unit.find(' ') == std::string::npos ? "1 " + unit : unit);
    const Measure own = parse_measure(fmt::format("1 {}", row.unit));
    if (column.dimension == own.dimension && column.value > 0 && column.currency == own.currency) {
      return column.value / own.value;
    }
  } catch (const DataError& error) {
    fail_at(place, error.what());
  }
  fail_at(place, fmt::format("{} wants a unit like {}: \"{}\"", row.field, row.unit, unit));
}

MappedColumn read_column(const TomlNode& node, const FieldRow& row) {
  if (const auto* text = std::get_if<std::string>(&node.value)) return {.column = *text};
  const auto* fields = std::get_if<TomlTable>(&node.value);
  if (fields == nullptr)
    fail_at(node.place, "a column is its name, or a table with column and unit");
  ClaimTable table(*fields);
  MappedColumn mapped{.column = table.text("column")};
  const std::string unit = table.optional_text("unit");
  if (!unit.empty() && row.unit.empty()) {
    fail_at(table.place_of("unit"), fmt::format("{} is a text and has no unit", row.field));
  }
  if (!unit.empty()) mapped.factor = factor_of(row, unit, table.place_of("unit"));
  table.finish();
  return mapped;
}

}  // namespace

ColumnMap ColumnMap::epoch() {
  ColumnMap map;
  for (const FieldRow& row : kFields) {
    if (row.epoch.empty()) continue;
    map.columns.emplace(row.field, MappedColumn{.column = std::string(row.epoch)});
  }
  return map;
}

ColumnMap ColumnMap::read(const std::filesystem::path& file) {
  const TomlTable root =
      read_toml_file(file, {.kind = DocumentKind::kData, .module = "audit", .name = file.string()});
  ClaimTable table(root);
  ColumnMap map;
  const TomlTable* columns = table.table("columns");
  if (columns == nullptr) fail_at(root.place, "the table [columns] is missing");
  ClaimTable fields(*columns);
  for (const std::string& name : fields.keys()) {
    const FieldRow& row = field_row(name, fields.place_of(name));
    map.columns.emplace(name, read_column(*fields.node(name), row));
  }
  table.finish();
  if (!map.columns.contains("name")) fail_at(columns->place, "the field \"name\" is missing");
  return map;
}

}  // namespace assay::audit
