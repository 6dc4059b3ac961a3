#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

namespace assay {

/// Reading a mapped file beyond the end that it has by now is SIGBUS, which would end the program
/// without a word. From here on it ends with one line that names the file, and exit code 3.
void explain_shortened_files();

/// What Mapping tells of itself. Thread-safe; beyond 512 mappings at a time they are not named.
void watch_mapping(std::span<const std::byte> bytes, const std::filesystem::path& path);
void unwatch_mapping(std::span<const std::byte> bytes);

}  // namespace assay
