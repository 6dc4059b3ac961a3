#pragma once

#include "models/hf_weights.h"
#include "specs/families/gpt2.h"

namespace assay {

/// Hugging Face's names of GPT-2's weights. Their linear weights are Conv1D, stored [in, out]. The
/// names may or may not start with `transformer.`; the causal masks and the tied head that old
/// files carry are ignored. Source: huggingface transformers `modeling_gpt2.py`.
HfWeightMap gpt2_hf_weights(const Gpt2Config& config, const HfContains& contains);

}  // namespace assay
