#pragma once

#include <cstdint>
#include <string>

#include "text/tokenizer.h"

namespace assay {

/// Turns tokens into text as they come. What it gives is whole characters: the bytes of a character
/// that several tokens make up are held back until the last has come. Not thread-safe.
class TokenStream {
 public:
  /// `tokenizer` must outlive the stream.
  explicit TokenStream(const Tokenizer& tokenizer) : tokenizer_(&tokenizer) {}

  /// The text that is complete now. Bytes that no character can begin or go on with are given as
  /// they are. Throws: DataError on a token outside of the vocabulary.
  std::string push(int64_t token);
  /// What is still held back: the begin of a character that was never finished, or nothing.
  std::string finish();

 private:
  const Tokenizer* tokenizer_;
  std::string held_;
};

}  // namespace assay
