#pragma once

#include "models/hf_weights.h"
#include "specs/families/mixtral.h"

namespace assay {

/// Hugging Face's names of Mixtral's weights: `block_sparse_moe` with w1, w3 and w2 an expert
/// (every published file), or `mlp` with stacked experts (transformers 5 in memory). Source:
/// huggingface transformers `modeling_mixtral.py`.
HfWeightMap mixtral_hf_weights(const MixtralConfig& config, const HfContains& contains);

}  // namespace assay
