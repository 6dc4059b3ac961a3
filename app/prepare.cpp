#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>

#include "app/cli/command_line.h"
#include "app/cli/document_preparation.h"
#include "app/command.h"
#include "config/config.h"
#include "error/error.h"
#include "text/corpus.h"
#include "text/load_tokenizer.h"

namespace assay::app {
namespace {

namespace po = boost::program_options;

// The keys that `assay train` knows as [data].
struct PrepareConfig {
  CorpusConfig data;

  template <class V>
  void fields(V& visit) {
    visit("data", data, "the corpus");
  }
};

struct PrepareOptions {
  bool json = false;
  std::vector<std::string> set;
  DocumentOptions documents;
};

constexpr const char* kUsage =
    "Usage: assay prepare [--set data.KEY=VALUE]...\n       assay prepare INPUT... --out DIR "
    "[OPTIONS]\n\nTurns text into token shards. Without INPUT it is the corpus of [data], which "
    "assay "
    "train prepares\nby itself where it has to. INPUTs are files and folders of text or lines of "
    "JSON, "
    "plain, gzip or\nzstd; a preparation that was killed goes on when it is started again. assay "
    "train "
    "takes DIR as\ndata.corpus=prepared, data.prepared_folder=DIR.\n\n";

// Options that one use of the command would not look at.
void expect_fitting(const po::variables_map& values) {
  const auto refuse = [&](std::string_view use, std::initializer_list<const char*> names) {
    for (const char* name : names) {
      if (values.count(name) == 0) continue;
      throw ConfigError(fmt::format("[prepare] --{} does not belong to {}", name, use));
    }
  };
  if (values.count("to") > 0) {
    refuse("--to", {"tokenizer", "documents", "field", "begin", "end", "invalid-utf8",
                    "validation-share", "validation", "shard-tokens", "threads", "from"});
  } else if (values.count("from") > 0) {
    refuse("--from", {"documents", "field", "begin", "invalid-utf8", "shard-tokens", "threads"});
    if (values.count("validation") > 0) refuse("--validation", {"validation-share"});
  } else {
    refuse("this use of the command", {"validation"});
  }
}

// Nothing where --help was asked for and printed.
std::optional<PrepareOptions> parse_prepare_options(const std::vector<std::string>& args) {
  PrepareOptions options;
  po::options_description shown("Options");
  shown.add_options()("set", po::value<std::vector<std::string>>(&options.set),
                      "a key of [data], as in --set data.corpus=text; may be repeated")(
      "json", po::bool_switch(&options.json), "print JSON")("help,h", "this text");
  options.documents.add_to(shown);
  po::options_description all;
  all.add(shown).add_options()("input", po::value(&options.documents.inputs));
  const po::variables_map values = parse_command_line(
      "prepare", args, all, po::positional_options_description().add("input", -1));
  if (values.count("help") == 0) {
    for (const auto& [name, value] : values) {
      const bool is_of_corpus = name == "set" || name == "json";
      if (name == "set" ? !options.documents.inputs.empty()
                        : !is_of_corpus && options.documents.inputs.empty()) {
        throw ConfigError(
            fmt::format("[prepare] --{} does not belong to this use of the command", name));
      }
    }
    expect_fitting(values);
    return options;
  }
  std::cout << kUsage << shown << "\nKeys:\n" << help_text<PrepareConfig>();
  return std::nullopt;
}

void print_json(const Corpus& corpus) {
  const nlohmann::ordered_json all{{"schema_version", 1},
                                   {"name", corpus.name},
                                   {"folder", corpus.folder.string()},
                                   {"source_sha256", corpus.source_sha256},
                                   {"tokenizer", corpus.tokenizer_id},
                                   {"vocab_size", corpus.vocab_size},
                                   {"train_tokens", corpus.train_tokens},
                                   {"validation_tokens", corpus.validation_tokens},
                                   {"train_sha256", corpus.train_sha256},
                                   {"validation_sha256", corpus.validation_sha256},
                                   {"unigram_entropy_bits_per_token", corpus.unigram_entropy_bits},
                                   {"validation_bytes_per_token", corpus.bytes_per_token}};
  std::cout << all.dump(2) << '\n';
}

void print_text(const Corpus& corpus) {
  std::cout << fmt::format(
      "corpus      {}\nfolder      {}\ntokenizer   {} ({} tokens)\ntraining    {} "
      "tokens\nvalidation  {} tokens\nunigrams    {:.4f} bits per token\n",
      corpus.name, corpus.folder.string(), corpus.tokenizer_id, corpus.vocab_size,
      corpus.train_tokens, corpus.validation_tokens, corpus.unigram_entropy_bits);
}

int run_prepare(const std::vector<std::string>& args) {
  const std::optional<PrepareOptions> options = parse_prepare_options(args);
  if (!options) return 0;
  if (!options->documents.inputs.empty()) {
    run_document_preparation(options->documents, options->json);
    return 0;
  }
  const auto config = default_config<PrepareConfig>({.set = options->set});
  const Corpus corpus = prepare_corpus(config.data, *load_tokenizer(config.data.tokenizer));
  if (options->json) {
    print_json(corpus);
  } else {
    print_text(corpus);
  }
  return 0;
}

}  // namespace

Command prepare_command() {
  return {.name = "prepare", .summary = "turn a text into token shards", .run = run_prepare};
}

}  // namespace assay::app
