#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "formats/durable_file.h"
#include "formats/mapping.h"

namespace assay {

/// Files of tokens of other programs.
enum class TokenBinKind : uint8_t {
  kNanoGpt,  ///< nothing but tokens of 16 bits (nanoGPT, data/*/prepare.py)
  kLlmC,     ///< 256 words of header, then tokens of 16 or 32 bits (llm.c, dev/data/data_common.py)
};

/// A token file of another program, mapped. Reading from several threads is safe.
class TokenBinReader {
 public:
  /// Throws: DataError on a file that is empty, cut off or of another kind.
  TokenBinReader(std::filesystem::path path, TokenBinKind kind);

  [[nodiscard]] uint64_t num_tokens() const { return num_tokens_; }
  /// The tokens [begin, begin + count). Throws: DataError on a token that is not below
  /// `vocab_size`; InternalError on a range outside of the file.
  [[nodiscard]] std::vector<uint32_t> read(uint64_t begin, uint64_t count,
                                           uint64_t vocab_size) const;

 private:
  std::filesystem::path path_;
  Mapping mapping_;
  size_t data_begin_ = 0;
  uint32_t bytes_per_token_ = 2;
  uint64_t num_tokens_ = 0;
};

/// Writes such a file as a stream. Nothing appears under `path` before `commit()`.
class TokenBinWriter {
 public:
  /// llm.c's tokens are of 16 bits (its GPT-2 files) up to a vocabulary of 65,536 and of 32 bits
  /// (its Llama 3 files) above. Throws: StorageError; DataError where nanoGPT's 16 bits are too
  /// few.
  TokenBinWriter(const std::filesystem::path& path, TokenBinKind kind, uint64_t vocab_size);

  /// Throws: StorageError.
  void append(std::span<const uint32_t> tokens);
  /// Throws: StorageError; DataError above llm.c's 2^31 - 1 tokens.
  void commit();

 private:
  [[nodiscard]] std::vector<int32_t> header() const;

  std::filesystem::path path_;
  TokenBinKind kind_;
  uint32_t bytes_per_token_;
  uint64_t num_tokens_ = 0;
  DurableFile file_;
};

}  // namespace assay
