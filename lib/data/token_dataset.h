#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <variant>
#include <vector>

namespace assay::data {

/// A run of tokens in memory or in a memory-mapped file, as wide as it is stored.
using TokenSpan =
    std::variant<std::span<const uint8_t>, std::span<const uint16_t>, std::span<const uint32_t>>;

/// Tokens of one or more shards, addressed as one sequence. Cheap to copy; reading is thread-safe.
class TokenDataset {
 public:
  /// Holds `tokens`. Throws: DataError where a token is not below `vocab_size`.
  static TokenDataset from_tokens(std::vector<uint16_t> tokens, int64_t vocab_size);

  TokenDataset() = default;

  /// Appends a shard; `owner` keeps the memory behind `tokens` alive.
  void append(TokenSpan tokens, std::shared_ptr<const void> owner);

  [[nodiscard]] int64_t num_tokens() const { return num_tokens_; }

  /// Copies the tokens at [begin, begin + out.size()) to `out`, across shards where it must.
  /// Throws: DataError where the range leaves the dataset.
  void read(int64_t begin, std::span<int64_t> out) const;

 private:
  struct Shard {
    TokenSpan tokens;
    int64_t begin = 0;
    int64_t end = 0;
    std::shared_ptr<const void> owner;
  };

  std::vector<Shard> shards_;
  int64_t num_tokens_ = 0;
};

}  // namespace assay::data
