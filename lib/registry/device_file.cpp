#include "registry/device_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "config/nearest_name.h"
#include "registry/calendar_date.h"

namespace assay::registry {
namespace {

constexpr std::array<std::string_view, 8> kDtypes{"fp64", "fp64_tensor", "fp32", "tf32",
                                                  "bf16", "fp16",        "fp8",  "fp4"};

}  // namespace

void DeviceFile::validate(const FieldPlaces& at) const {
  require_date(released.value, released.place);
  for (const auto& [dtype, peak] : peak_flops) {
    if (std::find(kDtypes.begin(), kDtypes.end(), dtype) != kDtypes.end()) continue;
    fail_at(peak.value.place, fmt::format("unknown dtype \"{}\"{} (known: {})", dtype,
                                          nearest_note(dtype, {kDtypes.begin(), kDtypes.end()}),
                                          fmt::join(kDtypes, ", ")));
  }
  for (size_t i = 0; i < match_names.size(); ++i) {
    if (std::find(match_names.begin(), match_names.begin() + static_cast<std::ptrdiff_t>(i),
                  match_names[i]) != match_names.begin() + static_cast<std::ptrdiff_t>(i)) {
      at.fail("match_names", fmt::format("given twice: \"{}\"", match_names[i]));
    }
  }
}

}  // namespace assay::registry
