#include "energy/gpu_uuid.h"

#include <fmt/format.h>

#include <iterator>

namespace assay {

std::string gpu_uuid_text(const std::array<std::byte, 16>& uuid) {
  std::string text = "GPU-";
  for (size_t i = 0; i < uuid.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    fmt::format_to(std::back_inserter(text), "{:02x}", std::to_integer<unsigned>(uuid[i]));
  }
  return text;
}

}  // namespace assay
