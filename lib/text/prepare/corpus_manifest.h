#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "text/prepare/preparation.h"

namespace assay {

/// What `<folder>/corpus.json` of a prepared corpus says, as far as training needs it.
struct PreparedCorpus {
  std::filesystem::path folder;
  std::string manifest_sha256;  ///< of corpus.json, which has the digests of all else
  std::string tokenizer_id;
  uint64_t vocab_size = 0;
  std::vector<std::filesystem::path> train;
  std::vector<std::filesystem::path> validation;
  std::vector<std::string> shard_sha256;  ///< of the tokens of train, then validation
  uint64_t train_tokens = 0;
  uint64_t validation_tokens = 0;
  double unigram_entropy_bits = 0;  ///< of the training tokens
  double bytes_per_token = 0;       ///< of the validation text, or of all where there is none
};

/// Writes corpus.json durably. Throws: StorageError.
void write_corpus_manifest(const PreparationOptions& options, const Tokenizer& tokenizer,
                           const PreparationResult& result);

/// What an earlier preparation came to, as corpus.json says, with `was_finished` and without the
/// tokens' counts. Nothing where the folder has no corpus.json. Throws: DataError where it is
/// broken, a shard is not the one that it names, or the corpus was made with another tokenizer,
/// other options (state.settings_sha256 is not `settings`) or of other files than those at the
/// paths.
std::optional<PreparationResult> read_finished_preparation(const std::filesystem::path& folder,
                                                           const std::string& settings,
                                                           const Tokenizer& tokenizer);

/// Reads it and holds it against the shards. Throws: DataError where it is missing or broken, or a
/// shard is not the one it names.
PreparedCorpus read_corpus_manifest(const std::filesystem::path& folder);

}  // namespace assay
