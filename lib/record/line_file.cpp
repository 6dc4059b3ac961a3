#include "record/line_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

#include "error/error.h"
#include "formats/durable_file.h"

namespace assay::record {
namespace {

// Returns 0 or the errno of the write that failed.
int write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    if (written == 0) return ENOSPC;
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return 0;
}

}  // namespace

LineFile::LineFile(const std::filesystem::path& path)
    : path_(path), file_(::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666)) {
  if (file_.get() < 0) throw_storage_error("cannot open for appending", path, errno);
  if (::flock(file_.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) throw_storage_error("cannot lock", path, errno);
    throw ConfigError(
        fmt::format("[record] another process is writing this run: {}", path.string()));
  }
  cut_torn_line();
}

void LineFile::append(std::string line) {
  line.push_back('\n');
  const off_t begin = ::lseek(file_.get(), 0, SEEK_END);
  const int error = write_all(file_.get(), line);
  if (error == 0) return;
  const bool cut = begin >= 0 && ::ftruncate(file_.get(), begin) == 0;
  throw_storage_error(cut ? "cannot write" : "cannot write (its last line is torn)", path_, error);
}

void LineFile::sync() {
  if (::fsync(file_.get()) != 0) throw_storage_error("cannot sync", path_, errno);
}

void LineFile::cut_torn_line() {
  const off_t size = ::lseek(file_.get(), 0, SEEK_END);
  if (size < 0) throw_storage_error("cannot seek", path_, errno);
  std::array<char, 65536> block{};
  for (off_t end = size; end > 0;) {
    const off_t begin = std::max<off_t>(0, end - static_cast<off_t>(block.size()));
    const auto length = static_cast<size_t>(end - begin);
    if (::pread(file_.get(), block.data(), length, begin) != static_cast<ssize_t>(length)) {
      throw_storage_error("cannot read", path_, errno);
    }
    const size_t newline = std::string_view(block.data(), length).rfind('\n');
    if (newline != std::string_view::npos) {
      end = begin + static_cast<off_t>(newline) + 1;
      if (end != size && ::ftruncate(file_.get(), end) != 0)
        throw_storage_error("cannot cut", path_, errno);
      return;
    }
    end = begin;
  }
  if (size > 0 && ::ftruncate(file_.get(), 0) != 0) throw_storage_error("cannot cut", path_, errno);
}

}  // namespace assay::record
