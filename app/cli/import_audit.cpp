#include "app/cli/import_audit.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "app/cli/text_output.h"
#include "audit/bulk/bulk_summary.h"
#include "audit/output/number_text.h"
#include "error/error.h"
#include "report/claims/claims_html.h"

namespace assay::app {
namespace {

std::string read_text(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  const bool readable = in.is_open() && std::filesystem::is_regular_file(file);
  const bool empty = readable && in.peek() == std::ifstream::traits_type::eof() && !in.bad();
  if (!readable || (!empty && !(text << in.rdbuf())))
    throw DataError("[audit] cannot read the table: " + file);
  return text.str();
}

audit::ColumnMap map_of(const ImportRequest& request) {
  if (request.format == "epoch") {
    if (!request.map.empty()) throw ConfigError("[audit] --map goes with --import csv");
    return audit::ColumnMap::epoch();
  }
  if (request.format != "csv") {
    throw ConfigError("[audit] --import is epoch or csv, not \"" + request.format + "\"");
  }
  if (request.map.empty()) throw ConfigError("[audit] --import csv needs --map FILE.toml");
  return audit::ColumnMap::read(request.map);
}

// A column of the map that the table lacks is a slip of the pen more often than not.
void warn_of_absent_columns(const CsvTable& table, const audit::ColumnMap& map,
                            const std::string& file) {
  for (const auto& [field, mapped] : map.columns) {
    if (table.column(mapped.column) != CsvTable::npos) continue;
    std::cerr << audit::printable(fmt::format("assay: warning: {} has no column \"{}\" ({})", file,
                                              mapped.column, field))
              << "\n";
  }
}

std::string rendered(const audit::BulkAudit& audit, const ImportRequest& request,
                     const Registry& registry, audit::Language language) {
  const std::string& format = request.output.format;
  if (format == "text") return audit::summary_text(audit, language);
  if (format == "csv") return audit::bulk_csv(audit);
  if (format == "html") {
    return report::bulk_html(audit, registry.hash(), request.command, language);
  }
  return audit::bulk_json(audit, registry.hash())
             .dump(2, ' ', false, nlohmann::json::error_handler_t::replace) +
         "\n";
}

}  // namespace

int run_import(const ImportRequest& request, const Registry& registry, audit::Language language) {
  const audit::ColumnMap map = map_of(request);
  if (const std::string& format = request.output.format; format == "md" || format == "cite") {
    throw ConfigError("[audit] --import has the formats text, html, csv and json, not " + format);
  }
  const CsvTable table = read_csv(read_text(request.file), request.file);
  if (request.format == "csv") warn_of_absent_columns(table, map, request.file);
  const audit::BulkAudit audit = audit::audit_table(table, map, request.file, registry, language);
  if (!request.csv.empty()) write_text(request.csv, audit::bulk_csv(audit));
  write_text(request.output.out, rendered(audit, request, registry, language));
  const audit::BulkSummary summary = audit::summarise(audit);
  const bool finding = summary.labels.contains("inconsistent") || summary.faulty > 0;
  return finding ? static_cast<int>(ExitCode::kFinding) : 0;
}

}  // namespace assay::app
