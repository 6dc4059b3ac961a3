#include "record/line_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "error/error.h"

namespace assay::record {
namespace {

[[noreturn]] void fail(const char* what, const std::filesystem::path& path, int error) {
  throw StorageError(fmt::format("[record] {}: {}: {}", what, path.string(), std::strerror(error)));
}

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

LineFile::LineFile(const std::filesystem::path& path) : path_(path) {
  fd_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (fd_ < 0) fail("cannot open for appending", path, errno);
  try {
    if (::flock(fd_, LOCK_EX | LOCK_NB) != 0) {
      if (errno != EWOULDBLOCK) fail("cannot lock", path, errno);
      throw ConfigError(
          fmt::format("[record] another process is writing this run: {}", path.string()));
    }
    cut_torn_line();
  } catch (...) {
    ::close(fd_);
    throw;
  }
}

LineFile::~LineFile() {
  if (fd_ >= 0) ::close(fd_);
}

LineFile::LineFile(LineFile&& other) noexcept
    : path_(std::move(other.path_)), fd_(std::exchange(other.fd_, -1)) {}

void LineFile::append(std::string line) {
  line.push_back('\n');
  const off_t begin = ::lseek(fd_, 0, SEEK_END);
  const int error = write_all(fd_, line);
  if (error == 0) return;
  // Best effort: where even this fails, readers drop the torn line.
  if (begin >= 0 && ::ftruncate(fd_, begin) != 0) fail("cannot write", path_, error);
  fail("cannot write", path_, error);
}

void LineFile::sync() {
  if (::fsync(fd_) != 0) fail("cannot sync", path_, errno);
}

void LineFile::cut_torn_line() {
  const off_t size = ::lseek(fd_, 0, SEEK_END);
  if (size < 0) fail("cannot seek", path_, errno);
  std::array<char, 65536> block{};
  for (off_t end = size; end > 0;) {
    const off_t begin = std::max<off_t>(0, end - static_cast<off_t>(block.size()));
    const auto length = static_cast<size_t>(end - begin);
    if (::pread(fd_, block.data(), length, begin) != static_cast<ssize_t>(length)) {
      fail("cannot read", path_, errno);
    }
    const size_t newline = std::string_view(block.data(), length).rfind('\n');
    if (newline != std::string_view::npos) {
      end = begin + static_cast<off_t>(newline) + 1;
      if (end != size && ::ftruncate(fd_, end) != 0) fail("cannot cut", path_, errno);
      return;
    }
    end = begin;
  }
  if (size > 0 && ::ftruncate(fd_, 0) != 0) fail("cannot cut", path_, errno);
}

void write_file_atomically(const std::filesystem::path& path, std::string_view text) {
  std::filesystem::path temporary = path;
  temporary += fmt::format(".tmp.{}", ::getpid());
  const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) fail("cannot create", temporary, errno);
  int error = write_all(fd, text);
  if (error == 0 && ::fsync(fd) != 0) error = errno;
  if (::close(fd) != 0 && error == 0) error = errno;
  if (error == 0 && ::rename(temporary.c_str(), path.c_str()) != 0) error = errno;
  if (error != 0) {
    ::unlink(temporary.c_str());
    fail("cannot write", path, error);
  }
  sync_directory(path.has_parent_path() ? path.parent_path() : ".");
}

void sync_directory(const std::filesystem::path& dir) {
  const int fd = ::open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) fail("cannot open folder", dir, errno);
  const int error = ::fsync(fd) == 0 ? 0 : errno;
  ::close(fd);
  // Some file systems refuse fsync on a folder; the rename above is then as durable as they go.
  if (error != 0 && error != EINVAL) fail("cannot sync folder", dir, error);
}

}  // namespace assay::record
