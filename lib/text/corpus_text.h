#pragma once

#include <string>

#include "text/corpus_config.h"

namespace assay {

/// The two parts of a corpus before they are tokens.
struct CorpusText {
  std::string train;
  std::string validation;
};

/// What the text depends on: sha256 over the source files' digests, the split and the version of
/// the rules below. Throws: DataError.
std::string corpus_source_sha256(const CorpusConfig& config);

/// Reads and splits the corpus. The last `validation_share` of the entries (gcide) or bytes (text,
/// moved on to the next character) is validation. Throws: DataError.
CorpusText read_corpus(const CorpusConfig& config);

/// Splits a text by bytes. Throws: DataError where a part would be empty. `name` is for messages.
CorpusText split_text(std::string_view text, double validation_share, std::string_view name);

}  // namespace assay
