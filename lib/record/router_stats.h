#pragma once

#include <cstdint>
#include <span>

#include "record/step_record.h"

namespace assay {

/// The figures that follow from a layer's choices by expert alone; the others are left at 0. All
/// are 0 where no token came. `max_violation` is the MaxVio of Wang et al. 2024, arXiv 2408.15664,
/// section 4.1; `mean_violation` is the same difference in size, averaged over the experts.
RouterStats router_stats(std::span<const int64_t> tokens_per_expert);

}  // namespace assay
