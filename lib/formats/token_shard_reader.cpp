#include "formats/token_shard_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "digest/sha256_stream.h"
#include "error/error.h"

namespace assay {
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

auto TokenShardReader::tokens() const
    -> std::variant<std::span<const uint8_t>, std::span<const uint16_t>,
                    std::span<const uint32_t>> {
  // A mapping starts at a page and the header has 128 bytes: every token size is aligned.
  const std::byte* data = mapping_.bytes().data() + kTokenShardHeaderSize;
  const auto span_of = [&](auto token) {
    return std::span(reinterpret_cast<const decltype(token)*>(data), header_.num_tokens);
  };
  switch (header_.bytes_per_token) {
    case 1:
      return span_of(uint8_t{});
    case 2:
      return span_of(uint16_t{});
    default:
      return span_of(uint32_t{});
  }
}

void TokenShardReader::check_vocabulary(uint64_t largest) const {
  if (largest < header_.vocab_size) return;
  throw DataError(fmt::format("[formats] token {} is outside of the vocabulary of {}: {}", largest,
                              header_.vocab_size, path_.string()));
}

void TokenShardReader::copy(uint64_t begin, std::span<int64_t> out) const {
  check(begin <= header_.num_tokens && out.size() <= header_.num_tokens - begin,
        "[formats] a range of tokens outside of its shard");
  if (out.empty()) return;
  std::visit([&](auto all) { std::ranges::copy(all.subspan(begin, out.size()), out.begin()); },
             tokens());
  check_vocabulary(static_cast<uint64_t>(*std::ranges::max_element(out)));
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