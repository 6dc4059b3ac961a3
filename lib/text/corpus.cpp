#include "text/corpus.h"

#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>

#include "error/error.h"
#include "formats/durable_file.h"
#include "formats/token_shard_reader.h"
#include "formats/token_shard_writer.h"
#include "text/corpus_text.h"
#include "text/corpus_words.h"
#include "text/prepare/corpus_manifest.h"
#include "text/unigram_entropy.h"

namespace assay {

// nlohmann-json finds these by the namespace of Corpus.
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Corpus, name, source_sha256, tokenizer_id, vocab_size,
                                   train_tokens, validation_tokens, train_sha256, validation_sha256,
                                   unigram_entropy_bits, bytes_per_token)

namespace {

constexpr int kVersion = 1;

std::filesystem::path folder_of(const CorpusConfig& config) {
  const std::filesystem::path root = config.prepared_folder;
  if (config.corpus == "gcide") return root / "gcide";
  return root / ("text-" + std::filesystem::path(config.text_file).stem().string());
}

std::string name_of(const CorpusConfig& config) {
  return config.corpus == "gcide" ? config.corpus
                                  : std::filesystem::path(config.text_file).filename().string();
}

bool matches(const std::filesystem::path& path, const std::string& sha256, uint64_t num_tokens) {
  const TokenShardReader shard(path);
  return shard.content_sha256() == sha256 && shard.num_tokens() == num_tokens;
}

// The corpus that lies in `folder`, if it is whole and made of `source_sha256`. It is a cache:
// whatever is wrong with it is mended by making it again.
std::optional<Corpus> find_prepared(const std::filesystem::path& folder,
                                    const std::string& source_sha256, const Tokenizer& tokenizer) {
  try {
    std::ifstream in(folder / "corpus.json");
    if (!in) return std::nullopt;
    const nlohmann::json json = nlohmann::json::parse(in);
    if (json.at("version") != kVersion) return std::nullopt;
    Corpus corpus = json.get<Corpus>();
    corpus.folder = folder;
    const bool usable =
        corpus.source_sha256 == source_sha256 && corpus.tokenizer_id == tokenizer.id() &&
        corpus.vocab_size == tokenizer.vocab_size() &&
        matches(corpus.train_shard(), corpus.train_sha256, corpus.train_tokens) &&
        matches(corpus.validation_shard(), corpus.validation_sha256, corpus.validation_tokens) &&
        std::filesystem::exists(corpus.words_file());
    return usable ? std::optional(corpus) : std::nullopt;
  } catch (const DataError&) {
    return std::nullopt;
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

std::string write_shard(const std::filesystem::path& path, const Tokenizer& tokenizer,
                        std::span<const uint32_t> tokens) {
  TokenShardWriter writer(path, std::string(tokenizer.id()), tokenizer.vocab_size());
  writer.append(tokens);
  writer.commit();
  return TokenShardReader(path).content_sha256();
}

Corpus make(const CorpusConfig& config, const Tokenizer& tokenizer,
            const std::filesystem::path& folder, const std::string& source_sha256) {
  const CorpusText text = read_corpus(config);
  make_directories(folder);
  const std::vector<uint32_t> train = tokenizer.encode(text.train);
  const std::vector<uint32_t> validation = tokenizer.encode(text.validation);
  Corpus corpus{.folder = folder,
                .name = name_of(config),
                .source_sha256 = source_sha256,
                .tokenizer_id = std::string(tokenizer.id()),
                .vocab_size = tokenizer.vocab_size(),
                .train_tokens = train.size(),
                .validation_tokens = validation.size()};
  corpus.train_sha256 = write_shard(corpus.train_shard(), tokenizer, train);
  corpus.validation_sha256 = write_shard(corpus.validation_shard(), tokenizer, validation);
  corpus.unigram_entropy_bits = unigram_entropy_bits(train, corpus.vocab_size);
  corpus.bytes_per_token =
      static_cast<double>(text.validation.size()) / static_cast<double>(validation.size());
  CorpusWords words;
  words.add(text.train);
  words.save(corpus.words_file());
  nlohmann::json json = corpus;
  json["version"] = kVersion;
  write_file_durably(folder / "corpus.json", json.dump(2) + "\n");
  return corpus;
}

Corpus open_prepared(const std::filesystem::path& folder, const Tokenizer& tokenizer) {
  PreparedCorpus prepared = read_corpus_manifest(folder);
  if (prepared.tokenizer_id != tokenizer.id() || prepared.vocab_size != tokenizer.vocab_size()) {
    throw DataError(fmt::format(
        "[text] corpus of another tokenizer: {} was prepared with {} ({} tokens), not {} ({})",
        folder.string(), prepared.tokenizer_id, prepared.vocab_size, tokenizer.id(),
        tokenizer.vocab_size()));
  }
  if (prepared.validation.empty()) {
    throw DataError(fmt::format("[text] corpus has no validation shard: {}", folder.string()));
  }
  const auto name = std::filesystem::absolute(folder / ".").parent_path().filename().string();
  return {.folder = folder,
          .name = name,
          .source_sha256 = prepared.manifest_sha256,
          .tokenizer_id = prepared.tokenizer_id,
          .vocab_size = prepared.vocab_size,
          .train_tokens = prepared.train_tokens,
          .validation_tokens = prepared.validation_tokens,
          .train_sha256 = prepared.shard_sha256.front(),
          .validation_sha256 = prepared.shard_sha256.at(prepared.train.size()),
          .unigram_entropy_bits = prepared.unigram_entropy_bits,
          .bytes_per_token = prepared.bytes_per_token,
          .prepared_train = std::move(prepared.train),
          .prepared_validation = std::move(prepared.validation)};
}

}  // namespace

Corpus prepare_corpus(const CorpusConfig& config, const Tokenizer& tokenizer) {
  if (config.corpus == "prepared") return open_prepared(config.prepared_folder, tokenizer);
  const std::filesystem::path folder = folder_of(config);
  const std::string source_sha256 = corpus_source_sha256(config);
  if (auto prepared = find_prepared(folder, source_sha256, tokenizer)) return *prepared;
  return make(config, tokenizer, folder, source_sha256);
}

}  // namespace assay
