#pragma once

#include <string>
#include <string_view>

namespace assay::app {

/// The text with control characters as escapes (\n, \t, \x1b): names out of foreign files can hold
/// any, and an error is one line that leaves the terminal alone.
std::string one_line(std::string_view text);

}  // namespace assay::app
