#pragma once

#include <string>
#include <vector>

#include "config/toml_node.h"

namespace assay {

/// The keys whose values differ, as TOML with what they were, in alphabetical order: "train.seed =
/// 2 (was 1)", "data.text_file = \"b\" (was left out)", "data.text_file left out (was \"a\")".
std::vector<std::string> changed_settings(const TomlTable& before, const TomlTable& after);

}  // namespace assay
