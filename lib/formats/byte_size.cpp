#include "formats/byte_size.h"

#include <array>
#include <charconv>
#include <system_error>
#include <utility>

namespace assay {
namespace {

constexpr std::array<std::pair<std::string_view, double>, 10> kByteUnits{{{"B", 1},
                                                                          {"KB", 1e3},
                                                                          {"kB", 1e3},
                                                                          {"MB", 1e6},
                                                                          {"GB", 1e9},
                                                                          {"TB", 1e12},
                                                                          {"KiB", 0x1p10},
                                                                          {"MiB", 0x1p20},
                                                                          {"GiB", 0x1p30},
                                                                          {"TiB", 0x1p40}}};

}  // namespace

std::optional<uint64_t> byte_size_named(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  std::string_view unit = text.substr(static_cast<size_t>(end - text.data()));
  if (unit.starts_with(' ')) unit.remove_prefix(1);
  for (const auto& [name, factor] : kByteUnits) {
    if (name != unit) continue;
    const double bytes = number * factor;
    if (!(bytes >= 1 && bytes < 0x1p63)) return std::nullopt;
    return static_cast<uint64_t>(bytes);
  }
  return std::nullopt;
}

}  // namespace assay
