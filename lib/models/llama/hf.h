#pragma once

#include "models/hf_weights.h"
#include "specs/families/llama.h"

namespace assay {

/// Hugging Face's names of Llama's weights. Source: huggingface transformers `modeling_llama.py`.
HfWeightMap llama_hf_weights(const LlamaConfig& config, const HfContains& contains);

}  // namespace assay
