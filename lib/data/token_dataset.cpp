#include "data/token_dataset.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "error/error.h"

namespace assay::data {

TokenDataset TokenDataset::from_tokens(std::vector<uint16_t> tokens, int64_t vocab_size) {
  const auto largest = std::max_element(tokens.begin(), tokens.end());
  if (largest != tokens.end() && *largest >= vocab_size) {
    throw DataError(fmt::format("[data] token is not in the vocabulary: token {} at {}, vocab {}",
                                *largest, largest - tokens.begin(), vocab_size));
  }
  const auto owner = std::make_shared<const std::vector<uint16_t>>(std::move(tokens));
  TokenDataset dataset;
  dataset.append(std::span<const uint16_t>(*owner), owner);
  return dataset;
}

void TokenDataset::append(TokenSpan tokens, std::shared_ptr<const void> owner) {
  const auto size = std::visit([](auto span) { return static_cast<int64_t>(span.size()); }, tokens);
  shards_.push_back({tokens, num_tokens_, num_tokens_ + size, std::move(owner)});
  num_tokens_ += size;
}

void TokenDataset::read(int64_t begin, std::span<int64_t> out) const {
  const auto end = begin + static_cast<int64_t>(out.size());
  if (begin < 0 || end > num_tokens_) {
    throw DataError(fmt::format("[data] tokens [{}, {}) are outside of the dataset: {} tokens",
                                begin, end, num_tokens_));
  }
  auto shard = std::upper_bound(shards_.begin(), shards_.end(), begin,
                                [](int64_t at, const Shard& s) { return at < s.end; });
  for (int64_t at = begin; at < end; ++shard) {
    const int64_t stop = std::min(end, shard->end);
    std::visit(
        [&](auto tokens) {
          std::copy_n(tokens.begin() + (at - shard->begin), stop - at, out.begin() + (at - begin));
        },
        shard->tokens);
    at = stop;
  }
}

}  // namespace assay::data
