#pragma once

#include "text/tokenizer.h"

namespace assay {

/// One token a byte: bits per token are bits per byte, and any text can be told and untold. There
/// are no special tokens.
class ByteTokenizer : public Tokenizer {
 public:
  [[nodiscard]] std::string_view id() const override { return "bytes-v1"; }
  [[nodiscard]] uint64_t vocab_size() const override { return 256; }
  [[nodiscard]] std::vector<uint32_t> encode(std::string_view text) const override;
  [[nodiscard]] std::string decode(std::span<const int64_t> tokens) const override;
};

}  // namespace assay
