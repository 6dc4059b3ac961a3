#include "energy/sysfs_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <system_error>

namespace assay {

SysfsText read_sysfs_file(const std::filesystem::path& path) {
  SysfsText result;
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return {{}, errno};
  std::array<char, 128> buffer{};
  const ssize_t size = ::read(file, buffer.data(), buffer.size());
  if (size < 0) {
    result.error_number = errno;
  } else {
    result.text.assign(buffer.data(), static_cast<size_t>(size));
    while (!result.text.empty() && result.text.back() == '\n') result.text.pop_back();
  }
  ::close(file);
  return result;
}

std::optional<uint64_t> parse_sysfs_number(const std::string& text) {
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace assay
