#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "formats/document_starts.h"
#include "formats/token_shard_writer.h"
#include "text/prepare/preparation_state.h"
#include "text/tokenizer.h"

namespace assay {

/// Writes the documents of one part of a corpus to one shard after the other, with the file of
/// document starts beside each.
class PartWriter {
 public:
  /// `part` is counted up and must outlive the writer. The shards are <folder>/<name>-NNNNN.tok.
  PartWriter(std::filesystem::path folder, std::string name, const Tokenizer& tokenizer,
             PreparedPart& part)
      : folder_(std::move(folder)), name_(std::move(name)), tokenizer_(&tokenizer), part_(&part) {}

  /// Appends a document of at least one token. Throws: StorageError.
  void append(std::span<const uint32_t> tokens, uint64_t text_bytes);
  /// Appends more tokens to the last document. Throws: StorageError.
  void extend(std::span<const uint32_t> tokens, uint64_t text_bytes);
  /// Tokens of the shard that is open.
  [[nodiscard]] uint64_t open_tokens() const {
    return shard_ ? shard_->num_tokens() + tokens_.size() : 0;
  }
  /// Makes the open shard durable, if there is one. Throws: StorageError.
  void commit();

 private:
  void open();
  void flush();

  std::filesystem::path folder_;
  std::string name_;
  const Tokenizer* tokenizer_;
  PreparedPart* part_;
  std::filesystem::path path_;
  std::optional<TokenShardWriter> shard_;
  std::optional<DocumentStartsWriter> starts_;
  std::vector<uint32_t> tokens_;           // not yet in the shard
  std::vector<uint64_t> document_starts_;  // not yet in its file
};

}  // namespace assay
