#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace assay {

/// A small file of the kernel: its text without the newline at its end, or errno.
struct SysfsText {
  std::string text;
  int error_number = 0;
};

SysfsText read_sysfs_file(const std::filesystem::path& path);

/// A text that is an unsigned number and nothing else.
std::optional<uint64_t> parse_sysfs_number(const std::string& text);

}  // namespace assay
