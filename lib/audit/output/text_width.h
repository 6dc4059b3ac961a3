#pragma once

#include <string>
#include <string_view>

namespace assay::audit {

/// Columns that a UTF-8 text takes in a terminal: two for the wide characters of East Asian
/// scripts, one for the others. Source: the blocks of Unicode's EastAsianWidth that are W or F.
size_t display_width(std::string_view text);

/// The text with spaces up to `width` columns.
std::string padded(std::string_view text, size_t width);

/// The text, cut with "..." where it takes more than `width` columns.
std::string shortened(std::string_view text, size_t width);

}  // namespace assay::audit
