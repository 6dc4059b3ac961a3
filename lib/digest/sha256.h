#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace assay {

/// sha256 of `bytes` as 64 lower-case hex digits.
std::string sha256(std::string_view bytes);

/// sha256 of a file's content. Throws: DataError where the file cannot be read.
std::string sha256_file(const std::filesystem::path& path);

}  // namespace assay
