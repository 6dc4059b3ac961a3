#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "digest/sha256_stream.h"
#include "formats/file_descriptor.h"

namespace assay {

/// Reads a file from its begin to its end in constant memory, and its digest with it.
class FileBytes {
 public:
  /// Throws: DataError where the file cannot be opened.
  explicit FileBytes(std::filesystem::path path);
  /// Fills the begin of `out`; 0 at the end of the file. Throws: DataError.
  size_t read(std::span<char> out);
  /// sha256 of the file. To be called once, after read() gave 0.
  [[nodiscard]] std::string sha256();
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  FileDescriptor file_;
  Sha256Stream digest_;
};

/// What a file holds, decompressed where it is compressed.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  /// Fills the begin of `out`; 0 at the end. Throws: DataError where the file cannot be read, is
  /// cut off or is corrupt.
  virtual size_t read(std::span<char> out) = 0;
  /// sha256 of the file as it lies on disk, after read() gave 0.
  virtual std::string file_sha256() = 0;
};

/// Opens a file. It is compressed where its first bytes say so: gzip (RFC 1952, several members) or
/// Zstandard (RFC 8878, several frames). Throws: DataError.
std::unique_ptr<ByteSource> open_bytes(const std::filesystem::path& path);

}  // namespace assay
