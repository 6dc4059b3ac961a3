#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace assay {

/// The bytes that a token of a byte-level vocabulary stands for: each of its characters is one byte
/// by GPT-2's table (the printable bytes are themselves, the others U+0100 and up). Nothing where a
/// character is not in the table. Source: GPT-2, encoder.py, bytes_to_unicode.
std::optional<std::string> bytes_of_token(std::string_view token);

}  // namespace assay
