#pragma once

#include <filesystem>
#include <string>

namespace assay {

/// The version that the registry's `version.toml` states; empty where it has no such file. Throws:
/// DataError with file:line:column for a file that does not state one.
std::string registry_version(const std::filesystem::path& root);

}  // namespace assay
