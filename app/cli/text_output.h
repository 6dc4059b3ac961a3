#pragma once

#include <string>
#include <string_view>

namespace assay::app {

/// True where an option such as --out sends a result to standard output: absent or "-". A file of
/// that name is "./-".
[[nodiscard]] bool is_standard_output(std::string_view out);

/// Writes a result to the file `out` names, or to standard output. Throws: StorageError.
void write_text(const std::string& out, std::string_view text);

/// Refuses "-" for what is no single text: a folder, or a file that is written while the command
/// prints. `option` is what messages call it. Throws: ConfigError.
void expect_path(std::string_view command, std::string_view option, std::string_view out);

}  // namespace assay::app
