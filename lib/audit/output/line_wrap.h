#pragma once

#include <string>
#include <string_view>

namespace assay::audit {

/// The text with lines of more than `width` columns broken at spaces, or at characters of East
/// Asian scripts. What goes on stands below the text of a line that begins with a name ("  claimed
/// 5.6e6 USD"), else two columns further in than the line. A word that is longer stays whole.
std::string wrapped(std::string_view text, size_t width);

}  // namespace assay::audit
