#include "text/prepare/preparation.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <utility>

#include "digest/sha256.h"
#include "error/error.h"
#include "formats/durable_file.h"
#include "formats/folder_lock.h"
#include "formats/token_shard_reader.h"
#include "text/prepare/corpus_manifest.h"
#include "text/prepare/document_pipeline.h"
#include "text/prepare/part_writer.h"

namespace assay {
namespace {

constexpr int kPrepareVersion = 1;

std::string settings_digest(const PreparationOptions& options, const Tokenizer& tokenizer,
                            const std::vector<std::filesystem::path>& files) {
  const EncodingRules& rules = options.rules;
  std::string key =
      fmt::format("{} {} {} {} {} {} {} {} {} {}", kPrepareVersion, tokenizer.id(),
                  tokenizer.vocab_size(), static_cast<int>(rules.unit), rules.field,
                  rules.refuses_invalid, rules.bos ? std::to_string(*rules.bos) : "none",
                  rules.eos ? std::to_string(*rules.eos) : "none", options.validation_share,
                  options.shard_tokens);
  for (const auto& file : files) key += '\n' + file.string();
  return sha256(key);
}

// One preparation from its begin, or from the last durable shard, to its end.
class Preparation {
 public:
  Preparation(const PreparationOptions& options, const Tokenizer& tokenizer,
              const PreparationProgress& progress)
      : options_(options),
        tokenizer_(tokenizer),
        progress_(progress),
        files_(list_files(options.inputs)),
        reader_(files_, options.rules.unit) {}

  PreparationResult run() {
    expect_apart(options_.inputs, options_.folder);
    make_directories(options_.folder);
    const FolderLock lock(options_.folder);
    const std::string settings = settings_digest(options_, tokenizer_, files_);
    if (auto done = read_finished_preparation(options_.folder, settings, tokenizer_)) return *done;
    resume(settings);
    {
      DocumentPipeline pipeline(reader_, std::move(digest_), options_.rules, tokenizer_,
                                options_.threads);
      while (const auto batch = pipeline.next()) write(*batch);
    }
    commit_pair();
    return finish();
  }

 private:
  // Goes on where an earlier process was stopped: reads what it had read, encodes none of it.
  void resume(const std::string& settings) {
    const std::optional<PreparationState> earlier = read_preparation_state(options_.folder);
    state_.settings_sha256 = settings;
    state_.token_counts.resize(tokenizer_.vocab_size());
    remove_temporary_files();
    if (!earlier) return;
    if (earlier->settings_sha256 != settings) {
      throw DataError(
          fmt::format("[text] the folder holds the progress of other inputs or options; "
                      "delete it or name another: {}",
                      (options_.folder / "progress.json").string()));
    }
    for (uint64_t i = 0; i < earlier->documents_read; ++i) {
      const auto document = reader_.next();
      if (!document) break;
      digest_.add(document->bytes);
    }
    if (digest_.hex() != earlier->documents_digest) {
      throw DataError(fmt::format("[text] the inputs are not those that were prepared so far: {}",
                                  (options_.folder / "progress.json").string()));
    }
    if (earlier->token_counts.size() != tokenizer_.vocab_size()) {
      throw DataError("[text] progress.json has the counts of another vocabulary");
    }
    verify_shards(earlier->train);
    verify_shards(earlier->validation);
    state_ = *earlier;
    was_resumed_ = true;
  }

  // What an earlier process wrote may have been changed since.
  void verify_shards(const PreparedPart& part) const {
    for (size_t i = 0; i < part.shards.size(); ++i) {
      const TokenShardReader shard(options_.folder / part.shards[i]);
      shard.verify();
      static_cast<void>(DocumentStarts(document_starts_path(shard.path()), shard.num_tokens()));
      if (shard.content_sha256() == part.shard_sha256.at(i)) continue;
      throw DataError(
          fmt::format("[text] not the shard that progress.json names: {}", shard.path().string()));
    }
  }

  // A process that was killed leaves the files that it was writing under temporary names.
  void remove_temporary_files() const {
    for (const auto& entry : std::filesystem::directory_iterator(options_.folder)) {
      const std::string name = entry.path().filename().string();
      const bool is_ours = name.starts_with("train-") || name.starts_with("validation-") ||
                           name.starts_with("progress.json") || name.starts_with("corpus.json");
      if (is_ours && name.find(".tmp.") != std::string::npos) std::filesystem::remove(entry.path());
    }
  }

  void write(const EncodedBatch& batch) {
    std::span<const uint32_t> tokens = batch.tokens;
    for (const EncodedBatch::Document& document : batch.documents) {
      write(document, tokens.first(document.num_tokens));
      tokens = tokens.subspan(document.num_tokens);
    }
    state_.documents_digest = batch.digest;
    if (train_.open_tokens() >= options_.shard_tokens) commit_pair();
    progress_(state_);
  }

  void write(const EncodedBatch::Document& document, std::span<const uint32_t> tokens) {
    const uint64_t number = state_.documents_read++;
    state_.invalid_sequences += document.num_invalid;
    if (tokens.empty()) {
      ++state_.empty_documents;
    } else if (is_validation_document(number, options_.validation_share)) {
      validation_.append(tokens, document.text_bytes);
    } else {
      train_.append(tokens, document.text_bytes);
      for (const uint32_t token : tokens) ++state_.token_counts[token];
    }
  }

  void commit_pair() {
    train_.commit();
    validation_.commit();
    ++state_.shard_pairs;
    write_preparation_state(options_.folder, state_);
  }

  // The same inputs and options would come to the same end: nothing is left to go on with.
  [[noreturn]] void discard(const std::string& why) const {
    for (const PreparedPart* part : {&state_.train, &state_.validation}) {
      for (const std::string& shard : part->shards) {
        std::filesystem::remove(options_.folder / shard);
        std::filesystem::remove(document_starts_path(options_.folder / shard));
      }
    }
    std::filesystem::remove(options_.folder / "progress.json");
    throw DataError(why);
  }

  PreparationResult finish() {
    if (state_.train.tokens == 0) discard("[text] no document gave a training token");
    if (options_.validation_share > 0 && state_.validation.tokens == 0) {
      discard(fmt::format(
          "[text] no document fell to validation: {} documents, share {}; --validation-share 0 "
          "or smaller documents (--documents)",
          state_.documents_read, options_.validation_share));
    }
    PreparationResult result{.state = state_,
                             .files = reader_.finished(),
                             .was_resumed = was_resumed_,
                             .unigram_entropy_bits = token_entropy(state_)};
    write_corpus_manifest(options_, tokenizer_, result);
    std::filesystem::remove(options_.folder / "progress.json");
    return result;
  }

  const PreparationOptions& options_;
  const Tokenizer& tokenizer_;
  const PreparationProgress& progress_;
  std::vector<std::filesystem::path> files_;
  DocumentReader reader_;
  DocumentsDigest digest_;
  PreparationState state_;
  bool was_resumed_ = false;
  PartWriter train_{options_.folder, "train", tokenizer_, state_.train};
  PartWriter validation_{options_.folder, "validation", tokenizer_, state_.validation};
};

}  // namespace

bool is_validation_document(uint64_t number, double share) {
  return std::ldexp(static_cast<double>(XXH3_64bits(&number, sizeof(number))), -64) < share;
}

double token_entropy(const PreparationState& state) {
  double bits = 0;
  for (const uint64_t count : state.token_counts) {
    if (count == 0) continue;
    const double p = static_cast<double>(count) / static_cast<double>(state.train.tokens);
    bits -= p * std::log2(p);
  }
  return bits;
}

void expect_apart(const std::vector<std::filesystem::path>& inputs,
                  const std::filesystem::path& folder) {
  const std::filesystem::path out =
      std::filesystem::weakly_canonical(std::filesystem::absolute(folder));
  for (const std::filesystem::path& input : inputs) {
    if (!std::filesystem::is_directory(input)) continue;
    const std::filesystem::path root = std::filesystem::canonical(input);
    if (std::ranges::mismatch(root, out).in1 != root.end()) continue;
    throw ConfigError(
        fmt::format("[text] the shards would lie among the inputs and be read as text: {} is in {}",
                    folder.string(), input.string()));
  }
}

void expect_no_corpus(const std::filesystem::path& folder) {
  if (!std::filesystem::exists(folder / "corpus.json")) return;
  throw DataError(fmt::format("[text] the folder holds a finished corpus: {}", folder.string()));
}

PreparationResult prepare_documents(const PreparationOptions& options, const Tokenizer& tokenizer,
                                    const PreparationProgress& progress) {
  return Preparation(options, tokenizer, progress).run();
}

}  // namespace assay
