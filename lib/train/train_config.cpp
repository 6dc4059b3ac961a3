#include "train/train_config.h"

namespace assay {

std::string_view to_string(Precision precision) {
  return precision == Precision::kBf16 ? "bf16" : "fp32";
}

}  // namespace assay
