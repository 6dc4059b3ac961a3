#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "text/bpe/merge_table.h"
#include "text/bpe/piece_table.h"

namespace assay {

/// A pair of tokens that is joined, in the order of the file.
struct BpePair {
  uint32_t left = 0;
  uint32_t right = 0;
  uint32_t joined = 0;
};

/// Byte-level byte-pair encoding of one piece of text at a time: of all pairs the one with the
/// lowest rank is joined, the leftmost first, until none is left.
/// Source: Sennrich et al. 2016, "Neural Machine Translation of Rare Words with Subword Units",
/// section 3.2; on bytes, Radford et al. 2019 (GPT-2), section 2.2.
class BpeModel {
 public:
  static constexpr uint32_t kNoToken = UINT32_MAX;

  /// `byte_tokens` has the token of each byte (kNoToken for bytes that no UTF-8 text holds),
  /// `pieces` the bytes of the vocabulary's tokens. With `ignore_merges` a piece that is a token is
  /// that token, whatever the merges say.
  BpeModel(const std::array<uint32_t, 256>& byte_tokens, const std::vector<BpePair>& pairs,
           const std::unordered_map<std::string, uint32_t>& pieces, bool ignore_merges);

  /// Appends the tokens of a piece, which must be part of a UTF-8 text.
  void encode(std::string_view piece, std::vector<uint32_t>& tokens) const;

 private:
  void merge_short(std::string_view piece, std::vector<uint32_t>& tokens) const;
  void merge_long(std::string_view piece, std::vector<uint32_t>& tokens) const;

  std::array<uint32_t, 256> byte_tokens_;
  MergeTable merges_;
  PieceTable whole_;  // pieces that are one token
};

}  // namespace assay
