#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "text/prepare/document_encoder.h"
#include "text/prepare/document_reader.h"
#include "text/prepare/preparation_state.h"
#include "text/tokenizer.h"

namespace assay {

/// What is prepared and how.
struct PreparationOptions {
  std::vector<std::filesystem::path> inputs;  ///< files and folders
  std::filesystem::path folder;               ///< where the shards go
  EncodingRules rules;
  double validation_share = 0;          ///< of the documents, chosen by their number in the corpus
  uint64_t shard_tokens = 100'000'000;  ///< a training shard ends with the document that reaches it
  unsigned threads = 1;                 ///< that encode; above one, another reads
};

/// What became of it.
struct PreparationResult {
  PreparationState state;
  std::vector<ReadFile> files;
  bool was_resumed = false;
  bool was_finished = false;  ///< an earlier process had made this very corpus: nothing was done
  double unigram_entropy_bits = 0;  ///< of the training tokens, bits per token
};

/// Whether the document of this number is for validation: by the number alone, so that no order of
/// work matters.
bool is_validation_document(uint64_t number, double share);

/// Entropy of state.token_counts, in bits per token.
double token_entropy(const PreparationState& state);

/// Throws: ConfigError where `folder` lies in one of the inputs.
void expect_apart(const std::vector<std::filesystem::path>& inputs,
                  const std::filesystem::path& folder);

/// Throws: DataError where the folder holds a finished corpus.
void expect_no_corpus(const std::filesystem::path& folder);

/// Called now and then with what is done so far.
using PreparationProgress = std::function<void(const PreparationState& state)>;

/// Turns documents into token shards: `<folder>/train-NNNNN.tok`, `validation-NNNNN.tok`, the files
/// of document starts, and last corpus.json, which says what they are. Nothing is left out but
/// empty documents, which are counted. The shards depend on the inputs and the options but
/// `threads` only. Killed at any moment and started again with the same inputs, it goes on after
/// the last shard that is whole, after a look at those before it. Memory depends on the largest
/// document and on `threads`, not on the corpus. Where the folder holds the finished corpus of the
/// same inputs and options nothing is done. Throws: DataError on a broken input, or where the
/// folder holds the progress or the corpus of other inputs or options; ConfigError where
/// another process writes it or it lies among the inputs; StorageError.
PreparationResult prepare_documents(const PreparationOptions& options, const Tokenizer& tokenizer,
                                    const PreparationProgress& progress);

}  // namespace assay
