#pragma once

#include <filesystem>
#include <string>

#include "formats/file_descriptor.h"

namespace assay::record {

/// An append-only file of lines that one process at a time may write. Each line goes out in one
/// write(2), so a kill at any moment leaves whole lines and at most one torn last line.
/// Not thread-safe.
class LineFile {
 public:
  /// Opens or creates `path`, locks it against other writers and cuts a torn last line.
  /// Throws: StorageError; ConfigError where another process is writing this file.
  explicit LineFile(const std::filesystem::path& path);

  /// Appends `line` and a newline. Where the storage is full, what was written of the line is cut
  /// off again. Throws: StorageError.
  void append(std::string line);
  /// Waits until everything appended is on the disk. Throws: StorageError.
  void sync();

 private:
  void cut_torn_line();

  std::filesystem::path path_;
  FileDescriptor file_;
};

}  // namespace assay::record
