#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "formats/document_starts.h"

namespace assay::data {

/// What a shard has to hold to be used with a model.
struct ExpectedShard {
  std::string_view tokenizer_id;
  uint64_t vocab_size = 0;
  bool has_documents = false;  ///< the file of document starts beside each shard is read too
};

/// Tokens of one or more shards, addressed as one sequence. Cheap to copy; reading is thread-safe.
class TokenDataset {
 public:
  /// Holds `tokens`. Throws: DataError where a token is not below `vocab_size`.
  static TokenDataset from_tokens(std::vector<uint32_t> tokens, int64_t vocab_size);
  /// Maps shards, in this order. Throws: DataError on a file that is no shard, is cut off or has
  /// another tokenizer or vocabulary.
  static TokenDataset open(std::span<const std::filesystem::path> shards,
                           const ExpectedShard& expected);

  [[nodiscard]] int64_t num_tokens() const { return num_tokens_; }

  /// Copies the tokens at [begin, begin + out.size()) to `out`, across shards where it must.
  /// Throws: DataError where the range leaves the dataset or a token is outside of the vocabulary.
  void read(int64_t begin, std::span<int64_t> out) const;

  /// Whether it is known where documents begin.
  [[nodiscard]] bool has_documents() const { return has_documents_; }
  /// For each of the tokens at [begin, begin + out.size()) the number of its document, counted from
  /// 0 at `begin`. A shard begins with a new document. Throws: DataError where the range leaves the
  /// dataset; InternalError where documents are not known.
  void read_documents(int64_t begin, std::span<int64_t> out) const;

 private:
  /// Copies tokens from a place of one shard on.
  using Copy = std::function<void(int64_t begin, std::span<int64_t> out)>;
  struct Shard {
    Copy copy;
    int64_t begin = 0;
    int64_t end = 0;
    std::shared_ptr<const DocumentStarts> documents = nullptr;  // none where they are not known
  };
  void append(int64_t num_tokens, Copy copy);
  void expect_range(int64_t begin, int64_t end) const;
  [[nodiscard]] std::vector<Shard>::const_iterator shard_at(int64_t begin) const;

  std::vector<Shard> shards_;
  int64_t num_tokens_ = 0;
  bool has_documents_ = false;
};

}  // namespace assay::data
