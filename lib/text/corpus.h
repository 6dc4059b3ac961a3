#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "text/corpus_config.h"
#include "text/tokenizer.h"

namespace assay {

/// A corpus as token shards on disk, in one folder: train.tok, validation.tok, words.txt and
/// corpus.json, which is written last and says what the others are.
struct Corpus {
  std::filesystem::path folder;
  std::string name;           ///< "gcide" or the text file's name
  std::string source_sha256;  ///< of the source files, the preparation's version and the split
  std::string tokenizer_id;
  uint64_t vocab_size = 0;
  uint64_t train_tokens = 0;
  uint64_t validation_tokens = 0;
  std::string train_sha256;  ///< of the tokens' bytes, as in the shard
  std::string validation_sha256;
  double unigram_entropy_bits = 0;  ///< of the training tokens, bits per token
  double bytes_per_token = 0;       ///< of the validation text

  /// The shards of corpus = "prepared"; others have one each, train_shard() and validation_shard().
  std::vector<std::filesystem::path> prepared_train;
  std::vector<std::filesystem::path> prepared_validation;

  [[nodiscard]] std::vector<std::filesystem::path> train_shards() const {
    return prepared_train.empty() ? std::vector{train_shard()} : prepared_train;
  }
  [[nodiscard]] std::vector<std::filesystem::path> validation_shards() const {
    return prepared_validation.empty() ? std::vector{validation_shard()} : prepared_validation;
  }
  /// Whether there is a word list.
  [[nodiscard]] bool has_words() const { return prepared_train.empty(); }
  [[nodiscard]] std::filesystem::path train_shard() const { return folder / "train.tok"; }
  [[nodiscard]] std::filesystem::path validation_shard() const { return folder / "validation.tok"; }
  /// The words of the training text, for CorpusWords::load.
  [[nodiscard]] std::filesystem::path words_file() const { return folder / "words.txt"; }
};

/// Gives the corpus that `config` names, in `<prepared_folder>/gcide` or
/// `<prepared_folder>/text-<name>`. What lies there is used when it was made of the same source in
/// the same way, and made anew otherwise; making takes seconds. Entries of gcide are joined by an
/// empty line. corpus = "prepared" is what `assay prepare --out` wrote to prepared_folder; it has
/// no word list. Throws: DataError where the source is missing (with the Debian package), corrupt,
/// empty, too small to split or not UTF-8 (text only); StorageError.
Corpus prepare_corpus(const CorpusConfig& config, const Tokenizer& tokenizer);

}  // namespace assay
