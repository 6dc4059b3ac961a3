#pragma once

#include <string>

#include "config/located.h"
#include "registry/registry.h"

namespace assay::registry {

/// The model of that id. Throws: DataError with its place for an unknown one and for one without a
/// shape.
const RegisteredModel& shaped_model(const Located<std::string>& id, const Registry& registry);

}  // namespace assay::registry
