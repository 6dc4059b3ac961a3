#pragma once

#include <string>
#include <string_view>

namespace assay::report {

/// The text with every character that HTML reads as markup replaced, safe in elements and in
/// quoted attributes. Control characters become U+FFFD; marks of direction are written out.
std::string escape(std::string_view text);

/// True for an http or https address without spaces, quotes or control characters: only those
/// become links.
bool is_web_address(std::string_view url);

/// A link that opens without telling where the reader came from, or plain text where `url` is not
/// a web address. `text` is escaped here.
std::string link(std::string_view url, std::string_view text);

}  // namespace assay::report
