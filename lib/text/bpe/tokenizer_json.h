#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <unordered_map>
#include <vector>

#include "text/bpe/added_tokens.h"
#include "text/bpe/bpe_model.h"
#include "text/bpe/pre_tokenizer.h"
#include "text/tokenizer.h"

namespace assay {

/// A token's text, and whether it is one of the special tokens.
struct TokenText {
  std::string bytes;
  bool is_special = false;
  bool is_present = false;  ///< numbers that no token has are holes
};

/// What a byte-level BPE tokenizer.json says.
struct TokenizerJson {
  bool has_nfc = false;           ///< text is brought into normalization form C first
  bool has_prefix_space = false;  ///< text gets a space before it unless it has one
  std::vector<SplitStage> stages;
  std::vector<AddedToken> raw_added;         ///< found before normalization
  std::vector<AddedToken> normalized_added;  ///< found after it
  std::vector<TokenText> texts;              ///< by token
  std::array<uint32_t, 256> byte_tokens{};
  std::vector<BpePair> pairs;
  std::unordered_map<std::string, uint32_t> pieces;
  bool ignore_merges = false;
  SpecialTokens special_tokens;
};

/// Reads the text of a tokenizer.json. Whatever is in it that this program does not do is an error
/// with its JSON pointer. `file` is for messages. Throws: DataError.
TokenizerJson parse_tokenizer_json(std::string_view text, const std::string& file);

/// Puts in what the tokenizer_config.json beside a tokenizer.json says of bos and eos, where there
/// is such a file. Throws: DataError where a token it names is not in the vocabulary.
void read_special_names(const std::filesystem::path& folder, TokenizerJson& tokenizer);

}  // namespace assay
