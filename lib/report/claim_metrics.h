#pragma once

#include <vector>

#include "audit/verdict.h"
#include "metrics/metrics_registry.h"

namespace assay {

/// Shows audited claims: what was claimed, what was recomputed, their ratio and the verdict. What a
/// claim has not is absent. `audited_unix_s` is when they were audited.
void show_verdicts(MetricsRegistry& registry, const std::vector<Verdict>& verdicts,
                   double audited_unix_s);

}  // namespace assay
