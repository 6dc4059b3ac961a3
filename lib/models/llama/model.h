#pragma once

#include "models/model_family.h"

namespace assay {

/// Llama 1 to 3 (Touvron et al. 2023): see specs/families/llama.h.
ModelFamily llama_model_family();

}  // namespace assay
