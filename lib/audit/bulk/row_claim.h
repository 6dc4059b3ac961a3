#pragma once

#include <string>

#include "audit/bulk/hardware_names.h"
#include "audit/bulk/system_row.h"
#include "audit/claims/claim.h"

namespace assay::audit {

/// The parameters that a token meets: the table's own column for them, else all of them.
std::optional<double> counted_params(const SystemRow& row);

/// The fine-tune's compute, or nothing where the cell cannot hold it: less than a thousandth of 6 N
/// D, or, without N and D, of what the row's hours give at 1e12 FLOP/s, or below 1e15.
std::optional<double> tuned_compute(const SystemRow& row);

/// What a row says as a claim. Its compute is that of the fine-tune where the row has one. Numbers
/// keep the digits of the cell; zeros behind them are no digits ("14000000000.0" has two). The
/// headline is the compute, else the hours, else the cost; without any of them the claim is
/// context.
Claim claim_of_row(const SystemRow& row, const std::optional<NamedHardware>& hardware,
                   const std::string& table);

}  // namespace assay::audit
