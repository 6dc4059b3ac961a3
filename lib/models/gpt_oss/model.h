#pragma once

#include "models/model_family.h"

namespace assay {

/// gpt-oss (OpenAI 2025): see specs/families/gpt_oss.h.
ModelFamily gpt_oss_model_family();

}  // namespace assay
