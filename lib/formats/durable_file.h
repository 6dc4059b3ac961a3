#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>

#include "formats/file_descriptor.h"

namespace assay {

/// Writes a file so that after a crash at any moment its path holds either the old content or the
/// whole new one: everything goes to `<path>.tmp.<pid>`, and `commit()` does fsync, rename and
/// fsync of the folder. Without `commit()` the temporary file is removed. A symbolic link stays
/// one: its target is replaced; a device or a pipe is written as it is. Not thread-safe.
///
/// Every failure to write is a StorageError (exit 6): no space, quota, file size limit, read-only.
class DurableFile {
 public:
  /// Opens the temporary file; its folder must exist. Throws: StorageError.
  explicit DurableFile(std::filesystem::path path);
  ~DurableFile();
  DurableFile(DurableFile&&) = delete;
  DurableFile& operator=(DurableFile&&) = delete;

  /// Appends. Throws: StorageError.
  void write(std::span<const std::byte> bytes);
  void write(std::string_view text);
  /// Overwrites what was written at `offset`; for headers that are known last. Throws:
  /// StorageError.
  void write_at(uint64_t offset, std::span<const std::byte> bytes);
  /// Makes the new content the file's content, durably. Throws: StorageError.
  void commit();

 private:
  std::filesystem::path path_;
  std::filesystem::path temporary_;  // empty where a device or a pipe is written
  FileDescriptor file_;
};

/// Replaces a file's content durably. Throws: StorageError.
void write_file_durably(const std::filesystem::path& path, std::string_view content);

/// Makes renames and new files in a folder durable. Throws: StorageError.
void fsync_directory(const std::filesystem::path& directory);

/// Makes a folder and its parents. Throws: StorageError.
void make_directories(const std::filesystem::path& directory);

/// Throws StorageError "[storage] <fact>: <path>: <strerror>", with what to do for the usual
/// causes (no space, quota, file size limit, read-only).
[[noreturn]] void throw_storage_error(std::string_view fact, const std::filesystem::path& path,
                                      int error_number);

}  // namespace assay
