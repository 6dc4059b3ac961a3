#include "formats/durable_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "error/error.h"

namespace assay {
namespace {

std::string_view advice(int error_number) {
  switch (error_number) {
    case ENOSPC:
    case EDQUOT:
      return " (free some space or choose another folder)";
    case EFBIG:
      return " (the file size limit, see ulimit -f)";
    case EROFS:
    case EACCES:
    case EPERM:
      return " (the folder is not writable)";
    default:
      return "";
  }
}

std::filesystem::path folder_of(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
}

// Devices and pipes: nothing may take their place.
bool is_stream(const std::filesystem::file_status& status) {
  return std::filesystem::is_character_file(status) || std::filesystem::is_fifo(status) ||
         std::filesystem::is_block_file(status) || std::filesystem::is_socket(status);
}

// Writes all of `bytes`; `offset` < 0 appends.
void write_all(int file, int64_t offset, std::span<const std::byte> bytes,
               const std::filesystem::path& path) {
  while (!bytes.empty()) {
    const ssize_t written = offset < 0 ? ::write(file, bytes.data(), bytes.size())
                                       : ::pwrite(file, bytes.data(), bytes.size(), offset);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) throw_storage_error("cannot write", path, written == 0 ? ENOSPC : errno);
    bytes = bytes.subspan(static_cast<size_t>(written));
    if (offset >= 0) offset += written;
  }
}

}  // namespace

void throw_storage_error(std::string_view fact, const std::filesystem::path& path,
                         int error_number) {
  throw StorageError(fmt::format("[storage] {}: {}: {}{}", fact, path.string(),
                                 std::strerror(error_number), advice(error_number)));
}

DurableFile::DurableFile(std::filesystem::path path) : path_(std::move(path)) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(path_, error);
  if (is_stream(status)) {
    file_ = FileDescriptor(::open(path_.c_str(), O_WRONLY | O_CLOEXEC));
    if (file_.get() < 0) throw_storage_error("cannot open", path_, errno);
    return;
  }
  if (std::filesystem::is_regular_file(status) && std::filesystem::is_symlink(path_, error)) {
    path_ = std::filesystem::canonical(path_);
  }
  temporary_ = path_.string() + fmt::format(".tmp.{}", ::getpid());
  file_ = FileDescriptor(
      ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666));
  if (file_.get() < 0) throw_storage_error("cannot create file", path_, errno);
}

DurableFile::~DurableFile() {
  if (file_.get() >= 0 && !temporary_.empty()) ::unlink(temporary_.c_str());
}

void DurableFile::write(std::span<const std::byte> bytes) {
  write_all(file_.get(), -1, bytes, path_);
}

void DurableFile::write(std::string_view text) {
  write(std::as_bytes(std::span(text.data(), text.size())));
}

void DurableFile::write_at(uint64_t offset, std::span<const std::byte> bytes) {
  write_all(file_.get(), static_cast<int64_t>(offset), bytes, path_);
}

void DurableFile::commit() {
  if (temporary_.empty()) return file_.reset();
  if (::fsync(file_.get()) != 0) throw_storage_error("cannot flush", path_, errno);
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) {
    throw_storage_error("cannot rename the new file to", path_, errno);
  }
  file_.reset();
  fsync_directory(folder_of(path_));
}

void write_file_durably(const std::filesystem::path& path, std::string_view content) {
  DurableFile file(path);
  file.write(content);
  file.commit();
}

void fsync_directory(const std::filesystem::path& directory) {
  const FileDescriptor file(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (file.get() < 0) throw_storage_error("cannot open folder", directory, errno);
  // Some network file systems cannot fsync a folder and say so with EINVAL; nothing more can be
  // done there.
  if (::fsync(file.get()) != 0 && errno != EINVAL) {
    throw_storage_error("cannot flush folder", directory, errno);
  }
}

void make_directories(const std::filesystem::path& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error == std::errc::not_a_directory || error == std::errc::file_exists) {
    throw ConfigError(
        fmt::format("[storage] a file is where a folder is wanted: {}", directory.string()));
  }
  if (error) throw_storage_error("cannot create folder", directory, error.value());
}

}  // namespace assay
