#pragma once

#include "models/model_family.h"

namespace assay {

/// Mixtral (Jiang et al. 2024): see specs/families/mixtral.h. The softmax over the chosen logits is
/// computed as the softmax over all of them, made to sum to 1 over the chosen.
ModelFamily mixtral_model_family();

}  // namespace assay
