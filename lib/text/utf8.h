#pragma once

#include <cstddef>
#include <string_view>

namespace assay {

/// The length of the longest prefix that is well-formed UTF-8; `text.size()` where all of it is.
/// Overlong forms, surrogates and code points above U+10FFFF are not. Source: RFC 3629, section 4.
size_t valid_utf8_prefix(std::string_view text);

}  // namespace assay
