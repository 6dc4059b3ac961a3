#pragma once

#include "models/hf_weights.h"
#include "specs/families/qwen2.h"

namespace assay {

/// Hugging Face's names of Qwen2's weights. Source: huggingface transformers `modeling_qwen2.py`.
HfWeightMap qwen2_hf_weights(const Qwen2Config& config, const HfContains& contains);

}  // namespace assay
