#pragma once

#include "models/model_family.h"

namespace assay {

/// GLM-4.5 (GLM-4.5 team 2025) without multi-token prediction: see specs/families/glm4_moe.h.
ModelFamily glm4_moe_model_family();

}  // namespace assay
