#include "formats/token_shard_writer.h"

#include <cstring>
#include <utility>

#include "error/error.h"

namespace assay {

TokenShardWriter::TokenShardWriter(const std::filesystem::path& path, std::string tokenizer_id,
                                   uint64_t vocab_size)
    : header_{.bytes_per_token = bytes_per_token_for(vocab_size),
              .vocab_size = vocab_size,
              .tokenizer_id = std::move(tokenizer_id)},
      file_(path) {
  file_.write(serialize(header_));  // a placeholder; commit() writes the real one
}

void TokenShardWriter::append(std::span<const uint32_t> tokens) {
  buffer_.resize(tokens.size() * header_.bytes_per_token);
  std::byte* out = buffer_.data();
  for (const uint32_t token : tokens) {
    check(token < header_.vocab_size, "[formats] a token to be written is outside the vocabulary");
    std::memcpy(out, &token, header_.bytes_per_token);  // little-endian: the low bytes come first
    out += header_.bytes_per_token;
  }
  file_.write(buffer_);
  sha256_.update(buffer_);
  header_.num_tokens += tokens.size();
}

void TokenShardWriter::commit() {
  header_.sha256 = sha256_.finish();
  file_.write_at(0, serialize(header_));
  file_.commit();
}

}  // namespace assay
