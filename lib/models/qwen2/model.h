#pragma once

#include "models/model_family.h"

namespace assay {

/// Qwen2 and Qwen2.5 (Yang et al. 2024): see specs/families/qwen2.h.
ModelFamily qwen2_model_family();

}  // namespace assay
