#pragma once

#include <string>

#include "config/toml_node.h"

namespace assay {

/// Writes a table as TOML: the keys in their order, but plain values before tables, one key a line.
/// Equal tables give equal text, and reading the text gives the table back.
std::string write_toml(const TomlTable& table);

}  // namespace assay
