#include "formats/token_shard.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "error/error.h"

namespace assay {
namespace {

static_assert(std::endian::native == std::endian::little, "the formats are little-endian");

constexpr std::string_view kMagic = "ASSAYTOK";
constexpr uint32_t kVersion = 1;

template <class T>
T load(std::span<const std::byte> file, size_t offset) {
  T value;
  std::memcpy(&value, file.data() + offset, sizeof(value));
  return value;
}

template <class T>
void store(std::array<std::byte, kTokenShardHeaderSize>& out, size_t offset, T value) {
  std::memcpy(out.data() + offset, &value, sizeof(value));
}

bool fits(uint64_t vocab_size, uint32_t bytes_per_token) {
  return vocab_size > 0 && vocab_size <= (uint64_t{1} << (8 * bytes_per_token));
}

[[noreturn]] void fail(std::string_view file_name, const std::string& fact) {
  throw DataError(fmt::format("[formats] {}: {}", fact, file_name));
}

std::string parse_id(std::span<const std::byte> file, std::string_view file_name) {
  const char* text = reinterpret_cast<const char*>(file.data()) + 64;
  const size_t length = ::strnlen(text, kMaxTokenizerId + 1);
  const bool padded =
      std::all_of(text + length, text + kMaxTokenizerId + 1, [](char c) { return c == '\0'; });
  if (length == 0 || length > kMaxTokenizerId || !padded) {
    fail(file_name, "token shard has a broken tokenizer id");
  }
  return {text, length};
}

}  // namespace

uint32_t bytes_per_token_for(uint64_t vocab_size) {
  for (const uint32_t size : {1U, 2U, 4U}) {
    if (fits(vocab_size, size)) return size;
  }
  throw DataError(fmt::format("[formats] no token size for a vocabulary of {}", vocab_size));
}

std::array<std::byte, kTokenShardHeaderSize> serialize(const TokenShardHeader& header) {
  check(!header.tokenizer_id.empty() && header.tokenizer_id.size() <= kMaxTokenizerId,
        "[formats] tokenizer id is empty or too long for a shard");
  std::array<std::byte, kTokenShardHeaderSize> out{};
  std::memcpy(out.data(), kMagic.data(), kMagic.size());
  store(out, 8, kVersion);
  store(out, 12, header.bytes_per_token);
  store(out, 16, header.vocab_size);
  store(out, 24, header.num_tokens);
  store(out, 32, header.sha256);
  std::memcpy(out.data() + 64, header.tokenizer_id.data(), header.tokenizer_id.size());
  return out;
}

TokenShardHeader parse_token_shard_header(std::span<const std::byte> file,
                                          std::string_view file_name) {
  if (file.size() < kMagic.size() || std::memcmp(file.data(), kMagic.data(), kMagic.size()) != 0) {
    fail(file_name, "not a token shard");
  }
  if (file.size() < kTokenShardHeaderSize) {
    fail(file_name, fmt::format("token shard is cut off in its header: {} of {} bytes", file.size(),
                                kTokenShardHeaderSize));
  }
  if (const auto version = load<uint32_t>(file, 8); version != kVersion) {
    fail(file_name,
         fmt::format("token shard has version {}, this program reads {}", version, kVersion));
  }
  TokenShardHeader header{.bytes_per_token = load<uint32_t>(file, 12),
                          .vocab_size = load<uint64_t>(file, 16),
                          .num_tokens = load<uint64_t>(file, 24),
                          .sha256 = load<std::array<std::byte, 32>>(file, 32),
                          .tokenizer_id = parse_id(file, file_name)};
  const uint32_t size = header.bytes_per_token;
  if ((size != 1 && size != 2 && size != 4) || !fits(header.vocab_size, size)) {
    fail(file_name, fmt::format("token shard with {} bytes per token and a vocabulary of {}", size,
                                header.vocab_size));
  }
  const uint64_t data_size = file.size() - kTokenShardHeaderSize;
  uint64_t expected = 0;
  if (__builtin_mul_overflow(header.num_tokens, uint64_t{size}, &expected) ||
      expected > data_size) {
    fail(file_name, fmt::format("token shard is cut off: {} tokens of {} bytes, but {} bytes",
                                header.num_tokens, size, data_size));
  }
  if (expected < data_size) {
    fail(file_name,
         fmt::format("token shard has {} bytes after its last token", data_size - expected));
  }
  return header;
}

}  // namespace assay
