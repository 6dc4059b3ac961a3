#pragma once

#include <optional>

#include "audit/bulk/hardware_names.h"
#include "audit/bulk/system_row.h"
#include "audit/finding.h"
#include "audit/rule_context.h"

namespace assay::audit {

/// What only a table's row can get wrong. The rules name themselves: row_hardware, row_compute,
/// row_base_compute, row_finetune_cell, row_hours_hold, row_power, row_cost, row_utilisation,
/// row_assumed_utilisation.
void row_rules(const SystemRow& row, const std::optional<NamedHardware>& hardware,
               const RuleContext& context, Findings& findings);

}  // namespace assay::audit
