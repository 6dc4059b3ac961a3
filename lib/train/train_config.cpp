#include "train/train_config.h"

#include <algorithm>

namespace assay {

std::string_view to_string(Precision precision) {
  switch (precision) {
    case Precision::kFp32:
      return "fp32";
    case Precision::kBf16:
      return "bf16";
    case Precision::kFp8:
      return "fp8";
  }
  return "unknown";
}

Precision stored_precision(Precision precision) {
  return precision == Precision::kFp8 ? Precision::kBf16 : precision;
}

std::vector<std::string> TrainConfig::layers_in_bf16() const {
  std::vector<std::string> parts;
  for (size_t begin = 0; begin < keep_bf16.size();) {
    const size_t end = std::min(keep_bf16.find(',', begin), keep_bf16.size());
    const size_t from = std::min(keep_bf16.find_first_not_of(' ', begin), end);
    const size_t past = keep_bf16.find_last_not_of(' ', end - 1) + 1;
    if (from < end) parts.push_back(keep_bf16.substr(from, past - from));
    begin = end + 1;
  }
  return parts;
}

}  // namespace assay
