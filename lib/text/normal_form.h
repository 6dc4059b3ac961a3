#pragma once

#include <string>
#include <string_view>

namespace assay {

/// A UTF-8 text in Unicode's normalization form C (by ICU). Throws: InternalError where ICU fails.
/// Source: Unicode Standard Annex #15.
std::string to_nfc(std::string_view text);

}  // namespace assay
