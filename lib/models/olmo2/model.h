#pragma once

#include "models/model_family.h"

namespace assay {

/// OLMo 2 (OLMo team 2024): see specs/families/olmo2.h.
ModelFamily olmo2_model_family();

}  // namespace assay
