#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace assay::report {

/// Text that Markdown shows as it is: markup becomes entities, Markdown's own signs get a
/// backslash, and line ends, which would end a table row, become spaces.
std::string markdown_plain(std::string_view text);

/// Code in a fence that the text cannot close, and an empty line.
std::string markdown_fenced(std::string_view text);

/// A table of plain cells, and an empty line.
std::string markdown_table(const std::vector<std::string>& header,
                           const std::vector<std::vector<std::string>>& rows);

}  // namespace assay::report
