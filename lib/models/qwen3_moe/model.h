#pragma once

#include "models/model_family.h"

namespace assay {

/// Qwen3-MoE (Yang et al. 2025): see specs/families/qwen3_moe.h.
ModelFamily qwen3_moe_model_family();

}  // namespace assay
