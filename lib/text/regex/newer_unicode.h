#pragma once

#include <string>
#include <string_view>

namespace assay {

/// The members of a category ("L", "Lu", "M", "Nd") that came after Unicode 14, PCRE2 10.42's, up
/// to Unicode 16, Oniguruma 6.9.10's: ranges as PCRE2 has them in a class, "" where there is none.
/// Source: tests/golden/tokenizers/newer_unicode.py, from the `tokenizers` package 0.23.3.
std::string newer_members(std::string_view category);

/// What Rust, whose tables are of Unicode 17, has in N besides, for the pre-tokenizer Digits.
std::string newest_digits();

}  // namespace assay
