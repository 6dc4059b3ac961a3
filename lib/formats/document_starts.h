#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

#include "formats/durable_file.h"
#include "formats/mapping.h"

namespace assay {

/// Where the documents of a token shard begin: the file beside it, as in SHARD_FORMAT.md. Reading
/// from several threads is safe.
class DocumentStarts {
 public:
  /// Reads `path`, the file of a shard of `num_tokens` tokens. Throws: DataError where it is cut
  /// off, of another shard, or its starts do not go up from 0.
  DocumentStarts(const std::filesystem::path& path, uint64_t num_tokens);

  /// Ascending; the first is 0.
  [[nodiscard]] std::span<const uint64_t> starts() const { return starts_; }

 private:
  Mapping mapping_;
  std::span<const uint64_t> starts_;
};

/// Writes such a file as a stream. Nothing appears under `path` before `commit()`.
class DocumentStartsWriter {
 public:
  /// Throws: StorageError.
  explicit DocumentStartsWriter(const std::filesystem::path& path);
  /// Documents begin at these tokens. Throws: StorageError.
  void append(std::span<const uint64_t> starts);
  /// Throws: StorageError.
  void commit(uint64_t num_tokens);

 private:
  DurableFile file_;
  uint64_t count_ = 0;
};

/// `x.docs` for the shard `x.tok`.
std::filesystem::path document_starts_path(const std::filesystem::path& shard);

}  // namespace assay
