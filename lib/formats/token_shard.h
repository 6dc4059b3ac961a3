#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace assay {

/// Header of a token shard; the layout is in SHARD_FORMAT.md.
struct TokenShardHeader {
  uint32_t bytes_per_token = 1;
  uint64_t vocab_size = 0;
  uint64_t num_tokens = 0;
  std::array<std::byte, 32> sha256{};
  std::string tokenizer_id;
};

inline constexpr size_t kTokenShardHeaderSize = 128;
inline constexpr size_t kMaxTokenizerId = 63;

/// The smallest token size that holds `vocab_size` tokens. Throws: DataError above 2^32 or at 0.
uint32_t bytes_per_token_for(uint64_t vocab_size);

/// The header as it lies in the file. Throws: InternalError on an id that is too long.
std::array<std::byte, kTokenShardHeaderSize> serialize(const TokenShardHeader& header);

/// Reads and checks the header against the whole file. `file_name` is for messages.
/// Throws: DataError.
TokenShardHeader parse_token_shard_header(std::span<const std::byte> file,
                                          std::string_view file_name);

}  // namespace assay
