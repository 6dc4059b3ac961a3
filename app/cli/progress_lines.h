#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace assay::app {

/// The state of a run in one line of at most `columns` characters, or in two where it does not fit
/// into one: the bar, then as many parts as fit. The bar goes first where two lines are too few;
/// what is then left over is not shown.
std::vector<std::string> progress_lines(const std::string& bar,
                                        const std::vector<std::string>& parts, size_t columns);

}  // namespace assay::app
