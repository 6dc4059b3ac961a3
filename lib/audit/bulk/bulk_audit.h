#pragma once

#include <string>
#include <vector>

#include "audit/bulk/column_map.h"
#include "audit/bulk/system_row.h"
#include "audit/claims/claim_set.h"
#include "audit/output/language.h"
#include "audit/verdict.h"
#include "registry/registry.h"

namespace assay::audit {

/// A row of the table and what the rules say of it.
struct AuditedRow {
  SystemRow row;
  std::string device;         ///< registry id; empty: unknown or not stated
  std::string candidates;     ///< ids that unknown hardware may mean, by commas; may be empty
  std::optional<double> mfu;  ///< that compute and hours imply, of the dense 16-bit peak; absent
                              ///< where the compute was itself made of an assumed utilisation
  Verdict verdict;            ///< without a label where the row has nothing to test
};

/// A table of systems, audited row by row.
struct BulkAudit {
  std::string table;
  std::vector<AuditedRow> rows;
};

/// Makes a claim of every row and judges it by the rules of all claims and those of table rows.
/// Every figure counts as printed by one source, the table. Throws: DataError as read_systems does.
BulkAudit audit_table(const CsvTable& table, const ColumnMap& map, const std::string& name,
                      const Registry& registry, Language language);

}  // namespace assay::audit
