#pragma once

#include <string>

#include "layer_probe/probe_plan.h"
#include "record/probe_record.h"
#include "units/quantity.h"

namespace assay::app {

/// What a probe will hold, before it starts.
std::string probe_plan_text(const ProbeRequest& request, const ProbePlan& plan, Bytes available);
std::string probe_plan_json(const ProbeRequest& request, const ProbePlan& plan, Bytes available);

/// A finished probe for people: layers, lines, the whole, and whether it is evidence.
std::string probe_text(const ProbeRecord& record);

}  // namespace assay::app
