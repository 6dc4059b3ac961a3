#include "text/prepare/token_files.h"

#include <fmt/format.h>

#include <algorithm>

#include "digest/sha256.h"
#include "error/error.h"
#include "formats/durable_file.h"
#include "formats/folder_lock.h"
#include "formats/token_shard_reader.h"
#include "text/prepare/corpus_manifest.h"
#include "text/prepare/part_writer.h"

namespace assay {
namespace {

constexpr uint64_t kTokensAtOnce = uint64_t{1} << 20;

class Importer {
 public:
  Importer(const TokenImport& import, const Tokenizer& tokenizer)
      : import_(import), tokenizer_(tokenizer) {
    result_.state.token_counts.resize(tokenizer.vocab_size());
  }

  PreparationResult run() {
    make_directories(import_.folder);
    const FolderLock lock(import_.folder);
    expect_no_corpus(import_.folder);
    for (const std::filesystem::path& file : import_.files) take(file, import_.validation_share);
    for (const std::filesystem::path& file : import_.validation) take(file, 1);
    expect_both_parts();
    result_.unigram_entropy_bits = token_entropy(result_.state);
    write_corpus_manifest({.folder = import_.folder}, tokenizer_, result_);
    return result_;
  }

 private:
  void take(const std::filesystem::path& file, double validation_share) {
    validation_share_ = validation_share;
    copy_file(file);
    train_.commit();
    validation_.commit();
    ++result_.state.shard_pairs;
    result_.files.push_back({file, sha256_file(file), std::filesystem::file_size(file)});
  }

  void expect_both_parts() const {
    const PreparationState& state = result_.state;
    if (state.train.tokens == 0) throw DataError("[text] no document gave a training token");
    if (state.validation.tokens > 0) return;
    if (import_.validation_share == 0 && import_.validation.empty()) return;
    throw DataError(fmt::format(
        "[text] no document fell to validation: {} documents, share {}; --validation FILE names a "
        "file for it, --end the token that ends a document, --validation-share 0 wants none",
        state.documents_read, import_.validation_share));
  }

  void copy_file(const std::filesystem::path& file) {
    const TokenBinReader reader(file, import_.kind);
    begins_ = true;
    for (uint64_t at = 0; at < reader.num_tokens(); at += kTokensAtOnce) {
      const uint64_t count = std::min(kTokensAtOnce, reader.num_tokens() - at);
      const auto tokens = reader.read(at, count, tokenizer_.vocab_size());
      copy(tokens);
    }
  }

  // Cuts after each end of a document; the last piece may go on in the next tokens.
  void copy(std::span<const uint32_t> tokens) {
    while (!tokens.empty()) {
      const auto end = import_.end_of_document ? std::ranges::find(tokens, *import_.end_of_document)
                                               : tokens.end();
      const bool is_ended = end != tokens.end();
      const auto size = static_cast<size_t>(end - tokens.begin()) + (is_ended ? 1 : 0);
      write(tokens.first(size));
      tokens = tokens.subspan(size);
      begins_ = is_ended;
    }
  }

  void write(std::span<const uint32_t> tokens) {
    PreparationState& state = result_.state;
    if (begins_) to_validation_ = is_validation_document(state.documents_read++, validation_share_);
    PartWriter& part = to_validation_ ? validation_ : train_;
    const std::vector<int64_t> wide(tokens.begin(), tokens.end());
    const uint64_t bytes = tokenizer_.decode(wide).size();
    if (begins_) {
      part.append(tokens, bytes);
    } else {
      part.extend(tokens, bytes);
    }
    if (to_validation_) return;
    for (const uint32_t token : tokens) ++state.token_counts[token];
  }

  const TokenImport& import_;
  const Tokenizer& tokenizer_;
  PreparationResult result_;
  PartWriter train_{import_.folder, "train", tokenizer_, result_.state.train};
  PartWriter validation_{import_.folder, "validation", tokenizer_, result_.state.validation};
  bool begins_ = true;
  bool to_validation_ = false;
  double validation_share_ = 0;  // of the file being read
};

void export_part(const std::vector<std::filesystem::path>& shards, const PreparedCorpus& corpus,
                 TokenBinKind kind, const std::filesystem::path& path) {
  TokenBinWriter writer(path, kind, corpus.vocab_size);
  std::vector<int64_t> wide;
  for (const std::filesystem::path& shard : shards) {
    const TokenShardReader reader(shard);
    reader.verify();
    for (uint64_t at = 0; at < reader.num_tokens(); at += kTokensAtOnce) {
      wide.resize(std::min(kTokensAtOnce, reader.num_tokens() - at));
      reader.copy(at, wide);
      writer.append(std::vector<uint32_t>(wide.begin(), wide.end()));
    }
  }
  writer.commit();
}

}  // namespace

PreparationResult import_tokens(const TokenImport& import, const Tokenizer& tokenizer) {
  return Importer(import, tokenizer).run();
}

std::vector<std::filesystem::path> export_tokens(const std::filesystem::path& prepared,
                                                 TokenBinKind kind,
                                                 const std::filesystem::path& folder) {
  const PreparedCorpus corpus = read_corpus_manifest(prepared);
  make_directories(folder);
  const FolderLock lock(folder);
  std::vector<std::filesystem::path> paths{folder / "train.bin"};
  export_part(corpus.train, corpus, kind, paths.front());
  if (!corpus.validation.empty()) {
    paths.push_back(folder / "val.bin");
    export_part(corpus.validation, corpus, kind, paths.back());
  }
  return paths;
}

}  // namespace assay
