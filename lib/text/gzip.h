#pragma once

#include <filesystem>
#include <string>

namespace assay {

/// The content of a gzip file, dictzip included. Throws: DataError where the file cannot be read,
/// is no gzip file, is cut off or is corrupt.
std::string read_gzip_file(const std::filesystem::path& path);

}  // namespace assay
