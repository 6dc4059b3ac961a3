#pragma once

#include <c10/core/Device.h>

#include "layer_probe/probe_plan.h"
#include "profile/event_timer.h"
#include "record/probe_record.h"

namespace assay {

/// Times of work on every parameter of a part of the slice.
struct UpdateTimes {
  ProbePass accumulate;  ///< one micro-batch's gradients added to fp32 sums
  ProbePass optimizer;   ///< AdamW with the global norm, as training does it
};

/// Times both on tensors of the slice's shapes, as many as plan.optimizer_parameters allow.
UpdateTimes time_updates(const ProbeRequest& request, const ProbePlan& plan, at::Device device,
                         EventTimer& timer);

}  // namespace assay
