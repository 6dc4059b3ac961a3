#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace assay {

/// The units that byte_size_named knows, for messages.
inline constexpr std::string_view kByteUnitNames =
    "B, KB, MB, GB, TB (powers of 1000), KiB, MiB, GiB, TiB (of 1024)";

/// The bytes of "5GB", "5 GiB" or "200KB", as transformers means its units: GB is 10^9 bytes, GiB
/// 2^30. Absent for anything else, for less than a byte and for 2^63 bytes and more. "Gb", which
/// transformers reads as bits, is none.
std::optional<uint64_t> byte_size_named(std::string_view text);

}  // namespace assay
