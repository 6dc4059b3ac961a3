#include "app/cli/document_preparation.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options/value_semantic.hpp>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>
#include <thread>

#include "app/cli/text_output.h"
#include "error/error.h"
#include "text/load_tokenizer.h"
#include "text/prepare/token_files.h"

namespace assay::app {
namespace {

namespace po = boost::program_options;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kProgressEvery{5};
constexpr unsigned kMaxThreads = 1024;

DocumentUnit unit_of(const DocumentOptions& options) {
  const std::string& name = options.documents;
  if (name == "json" || (name == "auto" && !options.field.empty())) return DocumentUnit::kJsonLine;
  if (name == "auto" || name == "file") return DocumentUnit::kFile;
  if (name == "line") return DocumentUnit::kLine;
  if (name == "blank-line") return DocumentUnit::kBlankLine;
  throw ConfigError(
      fmt::format("[prepare] --documents is file, line, blank-line or json: {}", name));
}

// The token that an option names: "none" or "" is none, "auto" what the tokenizer itself names.
std::optional<uint32_t> named_special(const std::string& option, const std::string& name,
                                      const Tokenizer& tokenizer,
                                      const std::optional<uint32_t>& own) {
  if (name.empty() || name == "none") return std::nullopt;
  if (name == "auto") {
    if (own) return own;
    throw ConfigError(fmt::format("[prepare] {} auto: {} names none", option, tokenizer.id()));
  }
  if (const auto token = tokenizer.special_token(name)) return token;
  throw ConfigError(
      fmt::format("[prepare] {}: {} has no special token {}", option, tokenizer.id(), name));
}

PreparationOptions preparation_options(const DocumentOptions& options, const Tokenizer& tokenizer) {
  if (options.invalid_utf8 != "replace" && options.invalid_utf8 != "refuse") {
    throw ConfigError(
        fmt::format("[prepare] --invalid-utf8 is replace or refuse: {}", options.invalid_utf8));
  }
  if (!(options.validation_share >= 0 && options.validation_share <= 0.5)) {
    throw ConfigError(
        fmt::format("[prepare] --validation-share is from 0 to 0.5: {}", options.validation_share));
  }
  if (options.shard_tokens == 0) throw ConfigError("[prepare] --shard-tokens is at least 1");
  const DocumentUnit unit = unit_of(options);
  if (!options.field.empty() && unit != DocumentUnit::kJsonLine) {
    throw ConfigError("[prepare] --field belongs to --documents json");
  }
  const SpecialTokens& special = tokenizer.special_tokens();
  return {.inputs = {options.inputs.begin(), options.inputs.end()},
          .folder = options.out,
          .rules = {.unit = unit,
                    .field = options.field.empty() ? "text" : options.field,
                    .refuses_invalid = options.invalid_utf8 == "refuse",
                    .bos = named_special("--begin", options.begin, tokenizer, special.bos),
                    .eos = named_special("--end", options.end, tokenizer, special.eos)},
          .validation_share = options.validation_share,
          .shard_tokens = options.shard_tokens,
          .threads = options.threads > 0 ? options.threads
                                         : std::max(1U, std::thread::hardware_concurrency())};
}

uint64_t total_tokens(const PreparationState& state) {
  return state.train.tokens + state.validation.tokens;
}
uint64_t total_bytes(const PreparationState& state) {
  return state.train.text_bytes + state.validation.text_bytes;
}
double bytes_per_token(const PreparationState& state) {
  return static_cast<double>(total_bytes(state)) / static_cast<double>(total_tokens(state));
}

nlohmann::ordered_json files_json(const std::vector<ReadFile>& files) {
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const ReadFile& file : files) {
    all.push_back({{"file", file.path.string()}, {"sha256", file.sha256}, {"bytes", file.bytes}});
  }
  return all;
}

nlohmann::ordered_json as_json_object(const PreparationResult& result,
                                      const DocumentOptions& options, const Tokenizer& tokenizer,
                                      double seconds) {
  const PreparationState& state = result.state;
  return {{"schema_version", 1},
          {"folder", options.out},
          {"tokenizer", tokenizer.id()},
          {"tokenizer_sha256", tokenizer.sha256()},
          {"vocab_size", tokenizer.vocab_size()},
          {"documents", state.train.documents + state.validation.documents},
          {"empty_documents", state.empty_documents},
          {"invalid_sequences", state.invalid_sequences},
          {"train_tokens", state.train.tokens},
          {"validation_tokens", state.validation.tokens},
          {"train_shards", state.train.shards},
          {"validation_shards", state.validation.shards},
          {"text_bytes", total_bytes(state)},
          {"bytes_per_token", bytes_per_token(state)},
          {"unigram_entropy_bits_per_token", result.unigram_entropy_bits},
          {"was_resumed", result.was_resumed},
          {"was_finished", result.was_finished},
          {"wall_s", seconds},
          {"sources", files_json(result.files)}};
}

void print_summary(const PreparationResult& result, const DocumentOptions& options,
                   const Tokenizer& tokenizer, double seconds) {
  const PreparationState& state = result.state;
  std::cout << fmt::format(
      "folder      {}\ntokenizer   {} ({} tokens)\nfiles       {}\ndocuments   {} training, {} "
      "validation, {} empty (left out)\ntokens      {} training, {} validation, in {} shards\n"
      "text        {} bytes, {:.4f} bytes per token, {} invalid UTF-8 sequences\nunigrams    "
      "{:.4f} "
      "bits per token\ntime        {:.1f} s{}\n",
      options.out, tokenizer.id(), tokenizer.vocab_size(), result.files.size(),
      state.train.documents, state.validation.documents, state.empty_documents, state.train.tokens,
      state.validation.tokens, state.train.shards.size() + state.validation.shards.size(),
      total_bytes(state), bytes_per_token(state), state.invalid_sequences,
      result.unigram_entropy_bits, seconds,
      result.was_finished  ? ": nothing to do, the folder holds this corpus"
      : result.was_resumed ? ", after an earlier process"
                           : "");
}

TokenBinKind bin_kind(std::string_view option, const std::string& name) {
  if (name == "nanogpt") return TokenBinKind::kNanoGpt;
  if (name == "llmc") return TokenBinKind::kLlmC;
  throw ConfigError(fmt::format("[prepare] {} is nanogpt or llmc: {}", option, name));
}

// Throws where a file is both training and validation, under whatever names.
void expect_validation_apart(const std::vector<std::string>& inputs,
                             const std::vector<std::string>& validation) {
  for (const std::string& held_out : validation) {
    for (const std::string& input : inputs) {
      std::error_code not_there;  // reading it will say so
      if (!std::filesystem::equivalent(input, held_out, not_there)) continue;
      throw ConfigError(fmt::format("[prepare] one file is an input and --validation: {}{}", input,
                                    input == held_out ? "" : " and " + held_out));
    }
  }
}

void run_export(const DocumentOptions& options, bool as_json) {
  if (options.inputs.size() != 1) throw ConfigError("[prepare] --to takes one prepared corpus");
  const auto files =
      export_tokens(options.inputs.front(), bin_kind("--to", options.to), options.out);
  nlohmann::ordered_json names = nlohmann::ordered_json::array();
  for (const auto& file : files) names.push_back(file.string());
  if (as_json) {
    std::cout << nlohmann::ordered_json{{"schema_version", 1}, {"files", names}}.dump(2) << '\n';
  } else {
    for (const auto& file : files) std::cout << file.string() << '\n';
  }
}

}  // namespace

void DocumentOptions::add_to(po::options_description& shown) {
  shown.add_options()("out", po::value(&out), "folder for the shards of the INPUTs")(
      "tokenizer", po::value(&tokenizer),
      "of the INPUTs: bytes, a tokenizer.json or a .model file")(
      "documents", po::value(&documents),
      "what one document of an INPUT is: file, line, blank-line or json (a line of JSON); by "
      "default "
      "file, with --field json")(
      "field", po::value(&field),
      "the member that holds the text of a line of JSON; by default text")(
      "begin", po::value(&begin), "special token before each document, or auto; by default none")(
      "end", po::value(&end), "special token after each document, or auto; by default none")(
      "invalid-utf8", po::value(&invalid_utf8), "replace (by U+FFFD, counted) or refuse")(
      "validation-share", po::value(&validation_share),
      "share of the documents for validation; by default 0.05")(
      "shard-tokens", po::value(&shard_tokens), "tokens of a shard; by default 100000000")(
      "threads", po::value(&threads), "that encode; by default 0, one for each core")(
      "from", po::value(&from),
      "nanogpt or llmc: INPUTs are .bin files of these, documents end with the token --end")(
      "validation", po::value(&validation),
      "with --from: a .bin file that is validation, and no share of the INPUTs is; may be "
      "repeated")("to", po::value(&to),
                  "nanogpt or llmc: INPUT is a prepared corpus, DIR gets their .bin files");
}

void run_document_preparation(const DocumentOptions& options, bool as_json) {
  if (options.out.empty()) throw ConfigError("[prepare] inputs need --out DIR");
  expect_path("prepare", "--out", options.out);
  if (options.threads > kMaxThreads) {
    throw ConfigError(fmt::format("[prepare] --threads is from 0 (one for each core) to {}: {}",
                                  kMaxThreads, options.threads));
  }
  expect_validation_apart(options.inputs, options.validation);
  if (!options.to.empty()) return run_export(options, as_json);
  const auto tokenizer = load_tokenizer(options.tokenizer);
  const Clock::time_point start = Clock::now();
  const auto elapsed = [&] { return std::chrono::duration<double>(Clock::now() - start).count(); };
  Clock::time_point shown = start;
  const auto show = [&](const PreparationState& state) {
    if (Clock::now() - shown < kProgressEvery) return;
    shown = Clock::now();
    std::cerr << fmt::format("prepare: {} documents, {} tokens, {:.0f} s\n", state.documents_read,
                             total_tokens(state), elapsed());
  };
  const PreparationOptions prepared = preparation_options(options, *tokenizer);
  const PreparationResult result =
      options.from.empty()
          ? prepare_documents(prepared, *tokenizer, show)
          : import_tokens(
                {.files = prepared.inputs,
                 .validation = {options.validation.begin(), options.validation.end()},
                 .kind = bin_kind("--from", options.from),
                 .folder = prepared.folder,
                 .end_of_document = prepared.rules.eos,
                 .validation_share = options.validation.empty() ? prepared.validation_share : 0},
                *tokenizer);
  if (as_json) {
    std::cout << as_json_object(result, options, *tokenizer, elapsed()).dump(2) << '\n';
  } else {
    print_summary(result, options, *tokenizer, elapsed());
  }
}

}  // namespace assay::app
