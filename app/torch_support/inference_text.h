#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "app/torch_support/inference_session.h"

namespace assay::app {

/// What generation took, in lines for people: speeds, time to the first token, memory, energy and
/// price, with the share of the time in which the devices were busy.
std::string inference_text(const InferenceSession& session, const LoadedModel& loaded);

/// The same for programs. What is not available is null.
nlohmann::ordered_json inference_json(const InferenceSession& session, const LoadedModel& loaded);

}  // namespace assay::app
