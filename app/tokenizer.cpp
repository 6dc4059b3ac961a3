#include <fmt/format.h>

#include <boost/program_options/value_semantic.hpp>
#include <filesystem>
#include <iostream>
#include <optional>
#include <string>

#include "app/cli/command_line.h"
#include "app/command.h"
#include "error/error.h"
#include "text/load_tokenizer.h"
#include "text/sentencepiece_tokenizer.h"

namespace assay::app {
namespace {

namespace po = boost::program_options;

constexpr const char* kTokenizerUsage =
    "Usage: assay tokenizer train TEXT --out FILE.model [OPTIONS]\n"
    "       assay tokenizer show TOKENIZER\n\n"
    "train makes a sentencepiece model of a file of text, one sentence a line (the library passes\n"
    "over lines of more than 4,192 bytes). show says what a tokenizer is that prepare and train\n"
    "take: bytes, a tokenizer.json or a .model file.\n\n";

struct TokenizerCommand {
  std::string action;
  std::string input;
  SentencePieceTraining training;
};

// Nothing where --help was asked for and printed.
std::optional<TokenizerCommand> parse_tokenizer(const std::vector<std::string>& args) {
  TokenizerCommand command;
  std::string out;
  SentencePieceTraining& training = command.training;
  po::options_description shown("Options");
  shown.add_options()("out", po::value(&out), "the .model file that train writes")(
      "vocab-size", po::value(&training.vocab_size), "tokens of the model; by default 8000")(
      "algorithm", po::value(&training.algorithm), "bpe or unigram; by default bpe")("help,h",
                                                                                     "this text");
  po::options_description all;
  all.add(shown).add_options()("action", po::value(&command.action))("input",
                                                                     po::value(&command.input));
  const po::variables_map values =
      parse_command_line("tokenizer", args, all,
                         po::positional_options_description().add("action", 1).add("input", 1));
  if (values.count("help") > 0) {
    std::cout << kTokenizerUsage << shown;
    return std::nullopt;
  }
  if ((command.action != "train" && command.action != "show") || command.input.empty()) {
    throw ConfigError("[tokenizer] assay tokenizer train TEXT --out FILE or show TOKENIZER");
  }
  const bool trains = command.action == "train";
  if (trains == out.empty()) {
    throw ConfigError("[tokenizer] --out FILE.model belongs to train, which needs it");
  }
  // What prepare and train read is known by its suffix.
  if (trains && std::filesystem::path(out).extension() != ".model") {
    throw ConfigError(fmt::format("[tokenizer] --out is a file that ends in .model: {}", out));
  }
  if (training.algorithm != "bpe" && training.algorithm != "unigram") {
    throw ConfigError(
        fmt::format("[tokenizer] --algorithm is bpe or unigram: {}", training.algorithm));
  }
  training.text = command.input;
  training.model = out;
  return command;
}

std::string token_or_none(const std::optional<uint32_t>& token) {
  return token ? std::to_string(*token) : "none";
}

void print_tokenizer(const std::string& name) {
  const auto tokenizer = load_tokenizer(name);
  const SpecialTokens& special = tokenizer->special_tokens();
  std::cout << fmt::format("tokenizer   {}\ntokens      {}\nbegin       {}\nend         {}\n",
                           tokenizer->id(), tokenizer->vocab_size(), token_or_none(special.bos),
                           token_or_none(special.eos));
}

int run_tokenizer(const std::vector<std::string>& args) {
  const auto command = parse_tokenizer(args);
  if (!command) return 0;
  if (command->action == "show") {
    print_tokenizer(command->input);
    return 0;
  }
  if (!std::filesystem::is_regular_file(command->training.text)) {
    throw DataError(fmt::format("[tokenizer] no such file: {}", command->input));
  }
  train_sentencepiece(command->training);
  print_tokenizer(command->training.model.string());
  return 0;
}

}  // namespace

Command tokenizer_command() {
  return {.name = "tokenizer", .summary = "train or show a tokenizer", .run = run_tokenizer};
}

}  // namespace assay::app
