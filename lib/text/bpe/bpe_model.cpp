#include "text/bpe/bpe_model.h"

#include <algorithm>
#include <queue>

namespace assay {
namespace {

constexpr size_t kShort = 48;  // bytes; above, a heap is faster than looking through all pairs
constexpr uint32_t kNone = UINT32_MAX;

uint32_t byte_at(std::string_view piece, size_t at) {
  return static_cast<unsigned char>(piece[at]);
}

// A token of a long piece, in a list of its neighbours.
struct Symbol {
  uint32_t token = 0;
  uint32_t previous = kNone;
  uint32_t next = kNone;
};

struct Candidate {
  uint32_t rank = 0;
  uint32_t at = 0;
  uint32_t left = 0;
  uint32_t right = 0;
  // For a heap with the lowest rank, then the leftmost pair, on top.
  bool operator<(const Candidate& other) const {
    return rank != other.rank ? rank > other.rank : at > other.at;
  }
};

// The merges of one long piece.
class LongPiece {
 public:
  LongPiece(const MergeTable& merges, std::vector<Symbol> symbols)
      : merges_(merges), symbols_(std::move(symbols)) {
    for (uint32_t at = 0; at + 1 < symbols_.size(); ++at) consider(at);
  }

  void merge() {
    while (!queue_.empty()) {
      const Candidate best = queue_.top();
      queue_.pop();
      Symbol& left = symbols_[best.at];
      if (left.token != best.left || left.next == kNone) continue;
      Symbol& right = symbols_[left.next];
      if (right.token != best.right) continue;
      left.token = merges_.find(best.left, best.right).token;
      right.token = kNone;
      left.next = right.next;
      if (left.next != kNone) symbols_[left.next].previous = best.at;
      consider(best.at);
      if (left.previous != kNone) consider(left.previous);
    }
  }
  void append_to(std::vector<uint32_t>& tokens) const {
    for (const Symbol& symbol : symbols_) {
      if (symbol.token != kNone) tokens.push_back(symbol.token);
    }
  }

 private:
  void consider(uint32_t at) {
    const Symbol& left = symbols_[at];
    if (left.next == kNone) return;
    const uint32_t right = symbols_[left.next].token;
    const Merge merge = merges_.find(left.token, right);
    if (merge.rank != kNone) queue_.push({merge.rank, at, left.token, right});
  }

  const MergeTable& merges_;
  std::vector<Symbol> symbols_;
  std::priority_queue<Candidate> queue_;
};

}  // namespace

BpeModel::BpeModel(const std::array<uint32_t, 256>& byte_tokens, const std::vector<BpePair>& pairs,
                   const std::unordered_map<std::string, uint32_t>& pieces, bool ignore_merges)
    : byte_tokens_(byte_tokens), merges_(pairs.size()) {
  for (size_t rank = 0; rank < pairs.size(); ++rank) {
    merges_.put(pairs[rank].left, pairs[rank].right,
                {.rank = static_cast<uint32_t>(rank), .token = pairs[rank].joined});
  }
  // What merging makes one token of anyway needs no merging.
  std::vector<std::pair<std::string_view, uint32_t>> whole;
  std::vector<uint32_t> tokens;
  for (const auto& [piece, token] : pieces) {
    tokens.clear();
    if (!ignore_merges) encode(piece, tokens);
    if (ignore_merges || (tokens.size() == 1 && tokens.front() == token)) {
      whole.emplace_back(piece, token);
    }
  }
  PieceTable table(whole.size());
  for (const auto& [piece, token] : whole) table.put(piece, token);
  whole_ = std::move(table);
}

void BpeModel::encode(std::string_view piece, std::vector<uint32_t>& tokens) const {
  if (piece.empty()) return;
  if (const auto token = whole_.find(piece)) {
    tokens.push_back(*token);
  } else if (piece.size() <= kShort) {
    merge_short(piece, tokens);
  } else {
    merge_long(piece, tokens);
  }
}

void BpeModel::merge_short(std::string_view piece, std::vector<uint32_t>& tokens) const {
  std::array<uint32_t, kShort> parts{};
  std::array<Merge, kShort> merges{};  // merges[i] is what becomes of parts i and i + 1
  size_t count = piece.size();
  for (size_t i = 0; i < count; ++i) parts[i] = byte_tokens_[byte_at(piece, i)];
  for (size_t i = 0; i + 1 < count; ++i) merges[i] = merges_.find(parts[i], parts[i + 1]);
  while (count > 1) {
    size_t best = 0;
    for (size_t i = 1; i + 1 < count; ++i) {
      if (merges[i].rank < merges[best].rank) best = i;
    }
    if (merges[best].rank == kNone) break;
    parts[best] = merges[best].token;
    std::copy(parts.begin() + best + 2, parts.begin() + count, parts.begin() + best + 1);
    std::copy(merges.begin() + best + 1, merges.begin() + count - 1, merges.begin() + best);
    --count;
    if (best + 1 < count) merges[best] = merges_.find(parts[best], parts[best + 1]);
    if (best > 0) merges[best - 1] = merges_.find(parts[best - 1], parts[best]);
  }
  tokens.insert(tokens.end(), parts.begin(), parts.begin() + count);
}

void BpeModel::merge_long(std::string_view piece, std::vector<uint32_t>& tokens) const {
  std::vector<Symbol> symbols(piece.size());
  for (uint32_t i = 0; i < symbols.size(); ++i) {
    symbols[i] = {.token = byte_tokens_[byte_at(piece, i)],
                  .previous = i == 0 ? kNone : i - 1,
                  .next = i + 1 == symbols.size() ? kNone : i + 1};
  }
  LongPiece merging(merges_, std::move(symbols));
  merging.merge();
  merging.append_to(tokens);
}

}  // namespace assay
