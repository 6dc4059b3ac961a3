#pragma once

#include "models/hf_weights.h"
#include "specs/families/glm4_moe.h"

namespace assay {

/// Hugging Face's names of GLM-4.5's weights. Source: huggingface transformers
/// `modeling_glm4_moe.py`.
HfWeightMap glm4_moe_hf_weights(const Glm4MoeConfig& config, const HfContains& contains);

}  // namespace assay
