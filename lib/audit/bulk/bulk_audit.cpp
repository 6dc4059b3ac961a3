#include "audit/bulk/bulk_audit.h"

#include "audit/auditor.h"
#include "audit/bulk/hardware_names.h"
#include "audit/bulk/row_claim.h"
#include "audit/bulk/row_rules.h"

namespace assay::audit {
namespace {

std::optional<double> implied_utilisation(const Verdict& verdict) {
  for (const Check& check : verdict.checks) {
    const bool told =
        (check.rule == "mfu_of_printed_compute" || check.rule == "implied_mfu") && check.computed;
    if (told && check.result != CheckResult::kNotApplicable) return check.computed->value;
  }
  return std::nullopt;
}

AuditedRow audit_row(const SystemRow& row, const HardwareNames& names, const std::string& table,
                     const Registry& registry, Language language) {
  AuditedRow result;
  result.row = row;
  const std::optional<NamedHardware> hardware = names.find(row.text("hardware"));
  if (hardware) {
    result.device = hardware->device;
  } else {
    result.candidates = hardware_candidates(registry, row.text("hardware"));
  }
  // A cell that cannot be read may be any of the operands, so the row is not judged without it.
  if (!row.faults.empty()) {
    result.verdict.claim_id = "line " + std::to_string(row.line);
    result.verdict.title = row.text("name");
    return result;
  }
  const Claim claim = claim_of_row(row, hardware, table);
  const ClaimSet alone;
  result.verdict = judge_made(claim, alone, registry, language,
                              [&](const RuleContext& context, Findings& findings) {
                                row_rules(row, hardware, context, findings);
                              });
  result.mfu = implied_utilisation(result.verdict);
  return result;
}

}  // namespace

BulkAudit audit_table(const CsvTable& table, const ColumnMap& map, const std::string& name,
                      const Registry& registry, Language language) {
  const HardwareNames names = HardwareNames::load(registry);
  BulkAudit result{.table = name, .rows = {}};
  for (const SystemRow& row : read_systems(table, map, name)) {
    result.rows.push_back(audit_row(row, names, name, registry, language));
  }
  return result;
}

}  // namespace assay::audit
