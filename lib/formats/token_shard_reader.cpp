#include "formats/token_shard_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "digest/sha256_stream.h"
#include "error/error.h"

namespace assay {
namespace {

// The file has no alignment promise beyond its own 128-byte header, so tokens are copied out.
template <class Token>
void widen(const std::byte* data, std::span<int64_t> out) {
  for (int64_t& value : out) {
    Token token;
    std::memcpy(&token, data, sizeof(token));
    value = static_cast<int64_t>(token);
    data += sizeof(token);
  }
}

}  // namespace

TokenShardReader::TokenShardReader(std::filesystem::path path)
    : path_(std::move(path)),
      mapping_(path_),
      header_(parse_token_shard_header(mapping_.bytes(), path_.string())) {}

std::string TokenShardReader::content_sha256() const { return to_hex(header_.sha256); }

void TokenShardReader::expect(std::string_view tokenizer_id, uint64_t vocab_size) const {
  if (tokenizer_id == header_.tokenizer_id && vocab_size == header_.vocab_size) return;
  throw DataError(fmt::format(
      "[formats] shard of another vocabulary: {} has tokenizer {} with {} tokens, expected {} with "
      "{}",
      path_.string(), header_.tokenizer_id, header_.vocab_size, tokenizer_id, vocab_size));
}

void TokenShardReader::copy(uint64_t begin, std::span<int64_t> out) const {
  check(begin <= header_.num_tokens && out.size() <= header_.num_tokens - begin,
        "[formats] a range of tokens outside of its shard");
  const std::byte* data =
      mapping_.bytes().data() + kTokenShardHeaderSize + begin * header_.bytes_per_token;
  switch (header_.bytes_per_token) {
    case 1:
      widen<uint8_t>(data, out);
      break;
    case 2:
      widen<uint16_t>(data, out);
      break;
    default:
      widen<uint32_t>(data, out);
  }
  const auto largest = std::max_element(out.begin(), out.end());
  if (largest != out.end() && static_cast<uint64_t>(*largest) >= header_.vocab_size) {
    throw DataError(fmt::format("[formats] token {} at {} is outside of the vocabulary of {}: {}",
                                *largest, begin + static_cast<uint64_t>(largest - out.begin()),
                                header_.vocab_size, path_.string()));
  }
}

void TokenShardReader::verify() const {
  Sha256Stream stream;
  stream.update(mapping_.bytes().subspan(kTokenShardHeaderSize));
  const std::string found = to_hex(stream.finish());
  if (found != content_sha256()) {
    throw DataError(
        fmt::format("[formats] token shard is corrupt: sha256 {}, its header says {}: {}", found,
                    content_sha256(), path_.string()));
  }
}

}  // namespace assay
