#pragma once

#include "models/hf_weights.h"
#include "specs/families/gpt_oss.h"

namespace assay {

/// Hugging Face's names of gpt-oss' weights, dequantised: experts stacked and stored [in, out],
/// gate and up in turn. Source: huggingface transformers `modeling_gpt_oss.py`.
HfWeightMap gpt_oss_hf_weights(const GptOssConfig& config, const HfContains& contains);

}  // namespace assay
