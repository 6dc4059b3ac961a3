#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "text/prepare/document_reader.h"
#include "text/tokenizer.h"

namespace assay {

/// How documents become tokens.
struct EncodingRules {
  DocumentUnit unit = DocumentUnit::kFile;
  std::string field = "text";    ///< of a line of JSON
  bool refuses_invalid = false;  ///< bytes that are not UTF-8 are an error, not U+FFFD
  std::optional<uint32_t> bos;   ///< put before each document
  std::optional<uint32_t> eos;   ///< put after each document
};

/// One document as tokens.
struct EncodedDocument {
  std::vector<uint32_t> tokens;  ///< none for an empty document
  uint64_t text_bytes = 0;       ///< of the text as it was read
  uint64_t num_invalid = 0;      ///< sequences that were not UTF-8
};

/// Encodes one document; `place` is for messages ("file:line"). The byte tokenizer takes bytes as
/// they are; for others each sequence that is not UTF-8 becomes U+FFFD. Thread-safe.
/// Throws: DataError where a line is no JSON object with the field, or is not UTF-8 and that is
/// refused.
EncodedDocument encode_document(const std::string& bytes, const std::string& place,
                                const EncodingRules& rules, const Tokenizer& tokenizer);

}  // namespace assay
