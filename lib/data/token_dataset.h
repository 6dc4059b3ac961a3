#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

namespace assay::data {

/// What a shard has to hold to be used with a model.
struct ExpectedShard {
  std::string_view tokenizer_id;
  uint64_t vocab_size = 0;
};

/// Tokens of one or more shards, addressed as one sequence. Cheap to copy; reading is thread-safe.
class TokenDataset {
 public:
  /// Holds `tokens`. Throws: DataError where a token is not below `vocab_size`.
  static TokenDataset from_tokens(std::vector<uint16_t> tokens, int64_t vocab_size);
  /// Maps shards, in this order. Throws: DataError on a file that is no shard, is cut off or has
  /// another tokenizer or vocabulary.
  static TokenDataset open(std::span<const std::filesystem::path> shards,
                           const ExpectedShard& expected);

  [[nodiscard]] int64_t num_tokens() const { return num_tokens_; }

  /// Copies the tokens at [begin, begin + out.size()) to `out`, across shards where it must.
  /// Throws: DataError where the range leaves the dataset or a token is outside of the vocabulary.
  void read(int64_t begin, std::span<int64_t> out) const;

 private:
  /// Copies tokens from a place of one shard on.
  using Copy = std::function<void(int64_t begin, std::span<int64_t> out)>;
  struct Shard {
    Copy copy;
    int64_t begin = 0;
    int64_t end = 0;
  };
  void append(int64_t num_tokens, Copy copy);

  std::vector<Shard> shards_;
  int64_t num_tokens_ = 0;
};

}  // namespace assay::data
