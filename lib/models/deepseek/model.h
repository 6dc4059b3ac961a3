#pragma once

#include "models/model_family.h"

namespace assay {

/// DeepSeek-MoE, V2 and V3 (with R1, Moonlight and Kimi K2): see specs/families/deepseek.h.
ModelFamily deepseek_model_family();

}  // namespace assay
