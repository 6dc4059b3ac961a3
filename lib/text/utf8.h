#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace assay {

/// The length of the longest prefix that is well-formed UTF-8; `text.size()` where all of it is.
/// Overlong forms, surrogates and code points above U+10FFFF are not. Source: RFC 3629, section 4.
size_t valid_utf8_prefix(std::string_view text);

/// Whether `text` is a proper prefix of a well-formed character: more bytes can make it one.
bool begins_utf8_character(std::string_view text);

/// What stands for bytes that are not UTF-8: U+FFFD.
inline constexpr std::string_view kReplacementCharacter = "\xEF\xBF\xBD";

/// `text` with U+FFFD for each maximal part that is not UTF-8, as Python's
/// decode("utf-8", "replace") has it; `num_invalid` grows by their number.
/// Source: The Unicode Standard 15.0, section 3.9, "U+FFFD Substitution of Maximal Subparts".
std::string replace_invalid_utf8(std::string_view text, uint64_t& num_invalid);

}  // namespace assay
