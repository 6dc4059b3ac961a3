#pragma once

#include "models/hf_weights.h"
#include "specs/families/olmo2.h"

namespace assay {

/// Hugging Face's names of OLMo 2's weights. Source: huggingface transformers `modeling_olmo2.py`.
HfWeightMap olmo2_hf_weights(const Olmo2Config& config, const HfContains& contains);

}  // namespace assay
