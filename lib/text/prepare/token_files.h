#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "formats/token_bin.h"
#include "text/prepare/preparation.h"
#include "text/tokenizer.h"

namespace assay {

/// Token files of other programs that become a prepared corpus.
struct TokenImport {
  std::vector<std::filesystem::path> files;       ///< shared out by validation_share
  std::vector<std::filesystem::path> validation;  ///< whole files for validation
  TokenBinKind kind = TokenBinKind::kLlmC;
  std::filesystem::path folder;
  std::optional<uint32_t> end_of_document;  ///< ends a document, and so does the end of a file
  double validation_share = 0;              ///< of the documents, as in PreparationOptions
};

/// Writes the tokens as shards of `tokenizer` with the starts of documents and corpus.json: one
/// pair of shards a file. Memory does not depend on the size of the files. Throws: DataError where
/// a file is not of its kind, a token is outside of the vocabulary, the folder holds a corpus, or
/// validation was asked for and no document fell to it; StorageError.
PreparationResult import_tokens(const TokenImport& import, const Tokenizer& tokenizer);

/// Writes each part of a prepared corpus as one file of another program: `<folder>/train.bin` and,
/// where there is validation, `<folder>/val.bin`. Document starts are not written: these files know
/// none. Gives the paths. Throws: DataError, StorageError.
std::vector<std::filesystem::path> export_tokens(const std::filesystem::path& prepared,
                                                 TokenBinKind kind,
                                                 const std::filesystem::path& folder);

}  // namespace assay
