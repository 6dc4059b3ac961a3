#include "models/layers/document_stretches.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <numeric>

// Shapes: B sequences, T positions, n tokens of a stretch.
namespace assay::models {
namespace {

/// Pairs of tokens that take as long as a call of attention takes by itself.
constexpr int64_t kPairsOfCall = 1024;
/// Documents share a mask up to so many tokens: n^2 pairs are then no more than a call.
constexpr int64_t kSharedTokens = 32;

/// Documents side by side.
using Group = std::vector<int64_t>;

int64_t tokens_of(const Group& group) {
  return std::accumulate(group.begin(), group.end(), int64_t{0});
}

std::vector<Group> grouped(std::span<const int64_t> lengths) {
  std::vector<Group> groups;
  int64_t tokens = 0;
  for (const int64_t length : lengths) {
    if (groups.empty() || tokens + length > kSharedTokens) {
      groups.emplace_back();
      tokens = 0;
    }
    groups.back().push_back(length);
    tokens += length;
  }
  return groups;
}

int64_t work_of(const Group& group) {
  const int64_t n = tokens_of(group);
  return kPairsOfCall + (group.size() == 1 ? n * (n + 1) / 2 : n * n);
}

DocumentStretch stretch_of(const Group& group) {
  const int64_t n = tokens_of(group);
  if (group.size() == 1) return {.num_tokens = n};
  const at::Tensor lengths = at::tensor(at::ArrayRef<int64_t>(group), at::kLong);
  const at::Tensor document_n = at::repeat_interleave(lengths);
  const at::Tensor same_nn = document_n.unsqueeze(1).eq(document_n.unsqueeze(0));
  return {.num_tokens = n, .mask = same_nn.tril().unsqueeze(0).unsqueeze(0)};
}

}  // namespace

std::vector<int64_t> document_lengths(const at::Tensor& ids) {
  const at::Tensor ids_BT = ids.contiguous();
  const int64_t* id = ids_BT.const_data_ptr<int64_t>();
  std::vector<int64_t> lengths;
  for (int64_t row = 0; row < ids_BT.size(0); ++row) {
    for (int64_t t = 0; t < ids_BT.size(1); ++t, ++id) {
      if (t == 0 || id[0] != id[-1]) lengths.push_back(0);
      ++lengths.back();
    }
  }
  return lengths;
}

bool fill_sequences(std::span<const int64_t> lengths, int64_t seq_len) {
  return std::ranges::all_of(lengths, [&](int64_t length) { return length == seq_len; });
}

std::vector<DocumentStretch> document_stretches(std::span<const int64_t> lengths, int64_t seq_len) {
  const std::vector<Group> groups = grouped(lengths);
  int64_t tokens = 0;
  int64_t work = 0;
  for (const Group& group : groups) {
    tokens += tokens_of(group);
    work += work_of(group);
  }
  std::vector<DocumentStretch> stretches;
  if (work >= kPairsOfCall + tokens * seq_len) return stretches;
  stretches.reserve(groups.size());
  std::ranges::transform(groups, std::back_inserter(stretches), stretch_of);
  return stretches;
}

}  // namespace assay::models
