#pragma once

#include <filesystem>

#include "formats/file_descriptor.h"

namespace assay {

/// Keeps other processes from writing the same folder, by flock(2), until it is destroyed; a
/// process that is killed leaves no lock behind. File systems that cannot lock a folder (some NFS)
/// give none.
class FolderLock {
 public:
  /// The folder must exist. Throws: ConfigError where another process has it; StorageError.
  explicit FolderLock(const std::filesystem::path& folder);

 private:
  FileDescriptor folder_;
};

}  // namespace assay
