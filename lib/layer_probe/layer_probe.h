#pragma once

#include <c10/core/Device.h>

#include "layer_probe/probe_plan.h"
#include "profile/event_timer.h"
#include "record/probe_record.h"

namespace assay {

/// Times the planned slices on a device: the record's layers and passes with what was asked for and
/// what was held. Machine, lines and the whole are the caller's to fill in. Throws: DeviceError
/// where work space does not fit beside what was planned.
ProbeRecord run_layer_probe(const ProbeRequest& request, const ProbePlan& plan, at::Device device,
                            EventTimer& timer);

}  // namespace assay
