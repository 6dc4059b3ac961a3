#include "formats/folder_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <cerrno>

#include "error/error.h"
#include "formats/durable_file.h"

namespace assay {

FolderLock::FolderLock(const std::filesystem::path& folder)
    : folder_(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
  if (folder_.get() < 0) throw_storage_error("cannot open", folder, errno);
  if (::flock(folder_.get(), LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return;
  throw ConfigError(
      fmt::format("[formats] another process is writing this folder: {}", folder.string()));
}

}  // namespace assay
