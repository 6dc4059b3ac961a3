#include "formats/folder_lock.h"

#include <catch2/catch.hpp>
#include <optional>

#include "error/error.h"
#include "temporary_folder.h"

namespace assay {

TEST_CASE("a folder has one writer at a time") {
  const TemporaryFolder folder;
  std::optional<FolderLock> first(folder.path());
  CHECK_THROWS_AS(FolderLock(folder.path()), ConfigError);
  first.reset();
  CHECK_NOTHROW(FolderLock(folder.path()));
}

TEST_CASE("a folder that is not there cannot be locked") {
  const TemporaryFolder folder;
  CHECK_THROWS_AS(FolderLock(folder.path() / "absent"), StorageError);
}

}  // namespace assay
