#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace assay::app {

/// Columns of the terminal that standard output goes to, 40 at least. Nothing where it is a file or
/// a pipe: lines are left whole there.
std::optional<size_t> terminal_width();

/// The text with its lines broken at that width, where there is one.
std::string for_terminal(const std::string& text);

}  // namespace assay::app
