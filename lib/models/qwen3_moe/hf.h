#pragma once

#include "models/hf_weights.h"
#include "specs/families/qwen3_moe.h"

namespace assay {

/// Hugging Face's names of Qwen3-MoE's weights. Source: huggingface transformers
/// `modeling_qwen3_moe.py`.
HfWeightMap qwen3_moe_hf_weights(const Qwen3MoeConfig& config, const HfContains& contains);

}  // namespace assay
