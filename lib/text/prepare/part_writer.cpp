#include "text/prepare/part_writer.h"

#include <fmt/format.h>

#include "formats/token_shard_reader.h"

namespace assay {
namespace {

constexpr size_t kBufferedTokens = size_t{1} << 16;

}  // namespace

void PartWriter::open() {
  path_ = folder_ / fmt::format("{}-{:05}.tok", name_, part_->shards.size());
  shard_.emplace(path_, std::string(tokenizer_->id()), tokenizer_->vocab_size());
  starts_.emplace(document_starts_path(path_));
}

void PartWriter::flush() {
  shard_->append(tokens_);
  starts_->append(document_starts_);
  tokens_.clear();
  document_starts_.clear();
}

void PartWriter::append(std::span<const uint32_t> tokens, uint64_t text_bytes) {
  if (!shard_) open();
  document_starts_.push_back(open_tokens());
  part_->documents += 1;
  extend(tokens, text_bytes);
}

void PartWriter::extend(std::span<const uint32_t> tokens, uint64_t text_bytes) {
  tokens_.insert(tokens_.end(), tokens.begin(), tokens.end());
  if (tokens_.size() >= kBufferedTokens) flush();
  part_->tokens += tokens.size();
  part_->text_bytes += text_bytes;
}

void PartWriter::commit() {
  if (!shard_) return;
  flush();
  starts_->commit(shard_->num_tokens());
  shard_->commit();
  part_->shards.push_back(path_.filename().string());
  part_->shard_sha256.push_back(TokenShardReader(path_).content_sha256());
  shard_.reset();
  starts_.reset();
}

}  // namespace assay
