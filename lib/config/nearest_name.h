#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// Edits (insert, remove, replace, swap of neighbours) that turn one text into the other.
/// Source: the optimal string alignment distance.
int edit_distance(std::string_view a, std::string_view b);

/// The known name that `name` is the start of, else the one with the fewest edits, large and small
/// letters alike; the first of equals. Empty where it resembles none: more than a third of the
/// letters would have to change.
std::string_view nearest_name(std::string_view name, const std::vector<std::string_view>& known);

/// "; nearest known: "steps"" for the end of a message, with "known key" where `kind` is "key";
/// empty where `name` resembles none.
std::string nearest_note(std::string_view name, const std::vector<std::string_view>& known,
                         std::string_view kind = {});

}  // namespace assay
