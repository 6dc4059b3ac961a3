#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "config/toml_node.h"

namespace assay {

/// Reads a TOML file. `document.name` is filled with the path where it is empty. Throws: the
/// document's kind of error with file:line:column for bad syntax, a repeated key, or a date that is
/// not quoted; without a place where the file cannot be read.
TomlTable read_toml_file(const std::filesystem::path& path, Document document);

/// The same for a text; `document.name` is what messages call it.
TomlTable read_toml(std::string_view text, Document document);

/// Reads one TOML value (`[1, 2]`, `"text"`, `3`) that stands at `place`. Throws as read_toml.
TomlNode read_toml_value(std::string_view text, const Place& place);

}  // namespace assay
