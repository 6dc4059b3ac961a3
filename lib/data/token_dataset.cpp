#include "data/token_dataset.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <numeric>
#include <utility>

#include "error/error.h"
#include "formats/token_shard_reader.h"

namespace assay::data {

TokenDataset TokenDataset::from_tokens(std::vector<uint32_t> tokens, int64_t vocab_size) {
  const auto largest = std::max_element(tokens.begin(), tokens.end());
  if (largest != tokens.end() && *largest >= vocab_size) {
    throw DataError(fmt::format("[data] token is not in the vocabulary: token {} at {}, vocab {}",
                                *largest, largest - tokens.begin(), vocab_size));
  }
  const auto held = std::make_shared<const std::vector<uint32_t>>(std::move(tokens));
  TokenDataset dataset;
  dataset.append(static_cast<int64_t>(held->size()), [held](int64_t begin, std::span<int64_t> out) {
    std::copy_n(held->begin() + begin, out.size(), out.begin());
  });
  return dataset;
}

TokenDataset TokenDataset::open(std::span<const std::filesystem::path> shards,
                                const ExpectedShard& expected) {
  TokenDataset dataset;
  for (const std::filesystem::path& path : shards) {
    const auto reader = std::make_shared<const TokenShardReader>(path);
    reader->expect(expected.tokenizer_id, expected.vocab_size);
    dataset.append(static_cast<int64_t>(reader->num_tokens()),
                   [reader](int64_t begin, std::span<int64_t> out) {
                     reader->copy(static_cast<uint64_t>(begin), out);
                   });
    if (!expected.has_documents) continue;
    dataset.shards_.back().documents =
        std::make_shared<const DocumentStarts>(document_starts_path(path), reader->num_tokens());
  }
  dataset.has_documents_ = expected.has_documents;
  return dataset;
}

void TokenDataset::append(int64_t num_tokens, Copy copy) {
  shards_.push_back({std::move(copy), num_tokens_, num_tokens_ + num_tokens});
  num_tokens_ += num_tokens;
}

void TokenDataset::expect_range(int64_t begin, int64_t end) const {
  if (begin >= 0 && end <= num_tokens_) return;
  throw DataError(fmt::format("[data] tokens [{}, {}) are outside of the dataset: {} tokens", begin,
                              end, num_tokens_));
}

auto TokenDataset::shard_at(int64_t begin) const -> std::vector<Shard>::const_iterator {
  return std::upper_bound(shards_.begin(), shards_.end(), begin,
                          [](int64_t at, const Shard& s) { return at < s.end; });
}

void TokenDataset::read(int64_t begin, std::span<int64_t> out) const {
  const auto end = begin + static_cast<int64_t>(out.size());
  expect_range(begin, end);
  auto shard = shard_at(begin);
  for (int64_t at = begin; at < end; ++shard) {
    const int64_t stop = std::min(end, shard->end);
    shard->copy(at - shard->begin,
                out.subspan(static_cast<size_t>(at - begin), static_cast<size_t>(stop - at)));
    at = stop;
  }
}

void TokenDataset::read_documents(int64_t begin, std::span<int64_t> out) const {
  check(has_documents_, "[data] documents of a dataset that does not know them");
  const auto end = begin + static_cast<int64_t>(out.size());
  expect_range(begin, end);
  std::fill(out.begin(), out.end(), 0);
  // A one where a document begins after `begin`; the sum up to a token is its document.
  for (auto shard = shard_at(begin); shard != shards_.end() && shard->begin < end; ++shard) {
    const auto starts = shard->documents->starts();
    const auto from = static_cast<uint64_t>(std::max<int64_t>(begin + 1 - shard->begin, 0));
    for (auto start = std::ranges::lower_bound(starts, from); start != starts.end(); ++start) {
      const int64_t at = shard->begin + static_cast<int64_t>(*start);
      if (at >= end) break;
      out[static_cast<size_t>(at - begin)] = 1;
    }
  }
  std::partial_sum(out.begin(), out.end(), out.begin());
}

}  // namespace assay::data
