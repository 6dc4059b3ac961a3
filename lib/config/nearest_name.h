#pragma once

#include <string_view>
#include <vector>

namespace assay {

/// Edits (insert, remove, replace, swap of neighbours) that turn one text into the other.
/// Source: the optimal string alignment distance.
int edit_distance(std::string_view a, std::string_view b);

/// The known name that `name` is the start of, else the one with the fewest edits; empty where
/// `known` is empty. The first of equals.
std::string_view nearest_name(std::string_view name, const std::vector<std::string_view>& known);

}  // namespace assay
