#pragma once

#include "models/hf_weights.h"
#include "specs/families/deepseek.h"

namespace assay {

/// Hugging Face's names of DeepSeek's weights; experts one by one (every published file) or stacked
/// (transformers 5 in memory). Source: huggingface transformers `modeling_deepseek_v3.py`.
HfWeightMap deepseek_hf_weights(const DeepseekConfig& config, const HfContains& contains);

}  // namespace assay
