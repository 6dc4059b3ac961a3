#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/toml_node.h"

namespace assay {

/// The folder whose weights a [model] table starts from (its key `from`), where it names one.
std::optional<std::string> weights_folder(const TomlTable& model);

/// The same table with the shape of `<from>/config.json` where it has a folder and names no family
/// itself; keys that stand in the table come over those of the file. Throws: DataError for a
/// config.json that cannot be read or understood.
TomlTable with_folder_shape(const TomlTable& model);

/// The notes (HfModel) of that file; none where the table has no folder, or the folder no
/// config.json that is understood: then the table itself named the family.
std::vector<std::string> folder_notes(const TomlTable& model);

}  // namespace assay
