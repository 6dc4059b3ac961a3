#pragma once

#include "cost/energy_use.h"
#include "record/run_record.h"

namespace assay {

/// Shares the counted lines of `use` out to phases and tokens of the steps in the time that they
/// were read: by_phase, attribution, not_fitted, metered_share and per_token.
void attribute_energy(const RunRecord& record, EnergyUse& use);

}  // namespace assay
