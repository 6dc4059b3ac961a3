#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "text/prepare/byte_source.h"

namespace assay {

/// What one document is.
enum class DocumentUnit : uint8_t { kFile, kLine, kBlankLine, kJsonLine };

/// A document as it lies in a file: text, or for kJsonLine a line of JSON.
struct RawDocument {
  std::string bytes;
  uint32_t file = 0;  ///< which of the inputs
  uint64_t line = 0;  ///< where it begins, from 1
};

/// A file that was read to its end.
struct ReadFile {
  std::filesystem::path path;
  std::string sha256;  ///< of the file as it lies on disk
  uint64_t bytes = 0;  ///< decompressed
};

/// Reads the documents of files one after the other, in memory of the size of one document.
class DocumentReader {
 public:
  /// The largest document, in bytes.
  static constexpr size_t kMaxDocument = size_t{1} << 28;

  DocumentReader(std::vector<std::filesystem::path> files, DocumentUnit unit)
      : files_(std::move(files)), unit_(unit) {}

  /// The next document, its end mark (newline, empty lines) cut off; nothing at the end. Documents
  /// may be empty, those between empty lines never are. Throws: DataError, also on a document above
  /// kMaxDocument.
  std::optional<RawDocument> next();
  /// The files that were read to their end.
  [[nodiscard]] const std::vector<ReadFile>& finished() const { return finished_; }
  /// How messages name the place of a document.
  [[nodiscard]] std::string place_of(const RawDocument& document) const;

 private:
  bool open_next();
  /// More bytes into `buffer_`; false at the end of the file.
  bool refill();
  std::optional<RawDocument> next_in_file();
  std::optional<RawDocument> take(size_t size, size_t skipped);
  std::optional<RawDocument> take_line();
  std::optional<RawDocument> take_paragraph();
  void expect_size(size_t size) const;

  std::vector<std::filesystem::path> files_;
  DocumentUnit unit_;
  std::vector<ReadFile> finished_;
  std::unique_ptr<ByteSource> source_;
  size_t num_opened_ = 0;
  uint64_t bytes_read_ = 0;
  std::string buffer_;
  size_t begin_ = 0;  // of what is left in the buffer
  uint64_t line_ = 1;
  bool gave_document_ = false;
};

/// The files that `inputs` name, sorted by name within a folder; folders are searched to their
/// depth. Throws: DataError where an input is not there, or no file at all.
std::vector<std::filesystem::path> list_files(const std::vector<std::filesystem::path>& inputs);

}  // namespace assay
