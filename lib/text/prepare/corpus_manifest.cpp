#include "text/prepare/corpus_manifest.h"

#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "digest/sha256.h"
#include "error/error.h"
#include "formats/durable_file.h"
#include "formats/token_shard_reader.h"

namespace assay {
namespace {

constexpr int kManifestVersion = 2;

nlohmann::ordered_json part_json(const PreparedPart& part) {
  nlohmann::ordered_json shards = nlohmann::ordered_json::array();
  for (size_t i = 0; i < part.shards.size(); ++i) {
    shards.push_back({{"file", part.shards[i]}, {"sha256", part.shard_sha256[i]}});
  }
  return {{"documents", part.documents},
          {"tokens", part.tokens},
          {"text_bytes", part.text_bytes},
          {"shards", shards}};
}

uint64_t read_shards(const nlohmann::json& part, PreparedCorpus& corpus,
                     std::vector<std::filesystem::path>& paths) {
  uint64_t tokens = 0;
  for (const nlohmann::json& shard : part.at("shards")) {
    const std::filesystem::path path = corpus.folder / shard.at("file").get<std::string>();
    const TokenShardReader reader(path);
    reader.expect(corpus.tokenizer_id, corpus.vocab_size);
    if (reader.content_sha256() != shard.at("sha256").get<std::string>()) {
      throw DataError(
          fmt::format("[text] not the shard that corpus.json names: {}", path.string()));
    }
    corpus.shard_sha256.push_back(reader.content_sha256());
    paths.push_back(path);
    tokens += reader.num_tokens();
  }
  return tokens;
}

nlohmann::json read_json(const std::filesystem::path& path) {
  std::ifstream in(path);
  if (!in) throw DataError(fmt::format("[text] no prepared corpus: {}", path.string()));
  nlohmann::json json = nlohmann::json::parse(in);
  if (json.at("version") == kManifestVersion) return json;
  throw DataError(
      fmt::format("[text] corpus.json is not of version {}: {}", kManifestVersion, path.string()));
}

PreparedPart part_of(const nlohmann::json& json) {
  PreparedPart part{.shards = {},
                    .shard_sha256 = {},
                    .tokens = json.at("tokens").get<uint64_t>(),
                    .documents = json.at("documents").get<uint64_t>(),
                    .text_bytes = json.at("text_bytes").get<uint64_t>()};
  for (const nlohmann::json& shard : json.at("shards")) {
    part.shards.push_back(shard.at("file").get<std::string>());
    part.shard_sha256.push_back(shard.at("sha256").get<std::string>());
  }
  return part;
}

// A file that is not the one that was prepared would be said to be in the corpus.
void expect_same_file(const ReadFile& file, const std::filesystem::path& folder) {
  std::error_code error;
  const bool same = std::filesystem::file_size(file.path, error) == file.bytes && !error &&
                    sha256_file(file.path) == file.sha256;
  if (same) return;
  throw DataError(
      fmt::format("[text] the folder holds a finished corpus, and the input has changed since: {} "
                  "({}; name another folder, or delete it)",
                  file.path.string(), folder.string()));
}

PreparationResult finished_of(const nlohmann::json& json) {
  PreparationResult result{.state = {}, .files = {}, .was_finished = true};
  PreparationState& state = result.state;
  state.settings_sha256 = json.at("settings_sha256").get<std::string>();
  state.documents_read = json.at("documents_read").get<uint64_t>();
  state.empty_documents = json.at("empty_documents").get<uint64_t>();
  state.invalid_sequences = json.at("invalid_sequences").get<uint64_t>();
  state.train = part_of(json.at("train"));
  state.validation = part_of(json.at("validation"));
  result.unigram_entropy_bits = json.at("unigram_entropy_bits_per_token").get<double>();
  for (const nlohmann::json& source : json.at("sources")) {
    result.files.push_back({.path = source.at("file").get<std::string>(),
                            .sha256 = source.at("sha256").get<std::string>(),
                            .bytes = source.at("bytes").get<uint64_t>()});
  }
  return result;
}

}  // namespace

std::optional<PreparationResult> read_finished_preparation(const std::filesystem::path& folder,
                                                           const std::string& settings,
                                                           const Tokenizer& tokenizer) {
  const std::filesystem::path path = folder / "corpus.json";
  if (!std::filesystem::exists(path)) return std::nullopt;
  try {
    const nlohmann::json json = read_json(path);
    PreparationResult result = finished_of(json);
    if (result.state.settings_sha256 != settings ||
        json.at("tokenizer_sha256").get<std::string>() != tokenizer.sha256()) {
      throw DataError(
          fmt::format("[text] the folder holds a finished corpus of other inputs, options or "
                      "another tokenizer ({}); name another folder, or delete it: {}",
                      json.at("tokenizer").get<std::string>(), folder.string()));
    }
    for (const ReadFile& file : result.files) expect_same_file(file, folder);
    static_cast<void>(read_corpus_manifest(folder));  // the shards are the ones it names
    return result;
  } catch (const nlohmann::json::exception& error) {
    throw DataError(
        fmt::format("[text] corpus.json is broken: {}: {}", path.string(), error.what()));
  }
}

void write_corpus_manifest(const PreparationOptions& options, const Tokenizer& tokenizer,
                           const PreparationResult& result) {
  nlohmann::ordered_json sources = nlohmann::ordered_json::array();
  for (const ReadFile& file : result.files) {
    sources.push_back(
        {{"file", file.path.string()}, {"sha256", file.sha256}, {"bytes", file.bytes}});
  }
  const PreparationState& state = result.state;
  const nlohmann::ordered_json json{{"version", kManifestVersion},
                                    {"tokenizer", tokenizer.id()},
                                    {"tokenizer_sha256", tokenizer.sha256()},
                                    {"vocab_size", tokenizer.vocab_size()},
                                    {"settings_sha256", state.settings_sha256},
                                    {"documents_read", state.documents_read},
                                    {"empty_documents", state.empty_documents},
                                    {"invalid_sequences", state.invalid_sequences},
                                    {"unigram_entropy_bits_per_token", result.unigram_entropy_bits},
                                    {"train", part_json(state.train)},
                                    {"validation", part_json(state.validation)},
                                    {"sources", sources}};
  write_file_durably(options.folder / "corpus.json", json.dump(2) + "\n");
}

PreparedCorpus read_corpus_manifest(const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / "corpus.json";
  try {
    const nlohmann::json json = read_json(path);
    PreparedCorpus corpus{.folder = folder,
                          .manifest_sha256 = sha256_file(path),
                          .tokenizer_id = json.at("tokenizer").get<std::string>(),
                          .vocab_size = json.at("vocab_size").get<uint64_t>()};
    corpus.train_tokens = read_shards(json.at("train"), corpus, corpus.train);
    corpus.validation_tokens = read_shards(json.at("validation"), corpus, corpus.validation);
    corpus.unigram_entropy_bits = json.at("unigram_entropy_bits_per_token").get<double>();
    const nlohmann::json& part = json.at(corpus.validation.empty() ? "train" : "validation");
    corpus.bytes_per_token = part.at("text_bytes").get<double>() / part.at("tokens").get<double>();
    return corpus;
  } catch (const nlohmann::json::exception& error) {
    throw DataError(
        fmt::format("[text] corpus.json is broken: {}: {}", path.string(), error.what()));
  }
}

}  // namespace assay
