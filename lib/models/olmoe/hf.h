#pragma once

#include "models/hf_weights.h"
#include "specs/families/olmoe.h"

namespace assay {

/// Hugging Face's names of OLMoE's weights: q, k and v apart, and experts either one tensor each
/// (`experts.7.gate_proj.weight`, transformers 4 and every published file) or stacked
/// (`experts.gate_up_proj` [E, 2F, D], transformers 5 in memory).
/// Source: huggingface transformers `modeling_olmoe.py`.
HfWeightMap olmoe_hf_weights(const OlmoeConfig& config, const HfContains& contains);

}  // namespace assay
