#pragma once

#include "models/model_family.h"

namespace assay {

/// Qwen3 without experts (Yang et al. 2025): see specs/families/qwen3.h.
ModelFamily qwen3_model_family();

}  // namespace assay
