#pragma once

#include "models/hf_weights.h"
#include "specs/families/qwen3.h"

namespace assay {

/// Hugging Face's names of Qwen3's weights. Source: huggingface transformers `modeling_qwen3.py`.
HfWeightMap qwen3_hf_weights(const Qwen3Config& config, const HfContains& contains);

}  // namespace assay
