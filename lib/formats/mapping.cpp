#include "formats/mapping.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "error/error.h"
#include "formats/file_descriptor.h"
#include "formats/mapping_watch.h"

namespace assay {

Mapping::Mapping(const std::filesystem::path& path) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  const auto fail = [&path](const char* fact) {
    throw DataError(fmt::format("[formats] {}: {}: {}", fact, path.string(), std::strerror(errno)));
  };
  if (file.get() < 0) fail("cannot open file");
  struct stat info {};
  if (::fstat(file.get(), &info) != 0) fail("cannot read the size of file");
  if (!S_ISREG(info.st_mode)) {
    throw DataError(fmt::format("[formats] not a regular file: {}", path.string()));
  }
  const auto size = static_cast<size_t>(info.st_size);
  if (size == 0) return;  // mmap refuses an empty range; an empty mapping says the same
  void* address = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.get(), 0);
  if (address == MAP_FAILED) fail("cannot map file");
  bytes_ = {static_cast<const std::byte*>(address), size};
  watch_mapping(bytes_, path);
}

Mapping::~Mapping() {
  if (bytes_.empty()) return;
  unwatch_mapping(bytes_);
  ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

Mapping::Mapping(Mapping&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}

Mapping& Mapping::operator=(Mapping&& other) noexcept {
  std::swap(bytes_, other.bytes_);
  return *this;
}

}  // namespace assay
