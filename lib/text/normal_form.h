#pragma once

#include <string>
#include <string_view>

namespace assay {

/// A UTF-8 text in normalization form C of Unicode 9: characters that came later stay as they are.
/// Those are the tables of the `tokenizers` package 0.23 (unicode-normalization-alignments 0.1.12).
/// Throws: InternalError where ICU fails. Source: Unicode Standard Annex #15.
std::string to_nfc(std::string_view text);

}  // namespace assay
