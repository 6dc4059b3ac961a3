#include "app/torch_support/eval_options.h"

#include <fmt/format.h>

#include <iostream>

#include "app/cli/command_line.h"
#include "app/torch_support/model_options.h"
#include "error/error.h"

namespace assay::app {

namespace po = boost::program_options;

namespace {

constexpr const char* kEvalUsage =
    "Loss, perplexity and bits per byte on text, and questions answered right.\n\n"
    "Usage: assay eval MODEL... (--text FILE | --shard FILE | --choices FILE | --exact FILE)... "
    "[OPTIONS]\n\n"
    "MODEL is a run, a checkpoint, or a folder of Hugging Face weights. docs/evaluation.md has "
    "the\n"
    "formats and the definitions.\n\n";

template <class T>
void append_paths(const std::vector<std::string>& names, T& paths) {
  paths.assign(names.begin(), names.end());
}

void check_eval(const EvalCommand& command) {
  if (command.models.empty()) throw ConfigError("[eval] name a model: assay eval RUN_OR_FOLDER");
  if (command.texts.empty() && command.shards.empty() && command.choices.empty() &&
      command.exact.empty()) {
    throw ConfigError("[eval] name what to evaluate on: --text, --shard, --choices or --exact");
  }
  const WindowOptions& windows = command.windows;
  if (windows.max_tokens < 0 || command.bootstrap.num_resamples < 0 || command.max_batch < 0) {
    throw ConfigError(
        fmt::format("[eval] sizes are not negative: max-tokens {}, resamples {}, max-batch {}",
                    windows.max_tokens, command.bootstrap.num_resamples, command.max_batch));
  }
}

// Both have a default that depends on the model; what is named is a size.
void check_window_size(const po::variables_map& values, const char* name, int64_t size) {
  if (values.count(name) == 0 || size > 0) return;
  throw ConfigError(fmt::format("[eval] --{} is a number of tokens above zero: {}", name, size));
}

}  // namespace

std::optional<EvalCommand> parse_eval(const std::vector<std::string>& args) {
  EvalCommand command;
  std::vector<std::string> texts;
  std::vector<std::string> shards;
  std::vector<std::string> choices;
  std::vector<std::string> exact;
  po::options_description shown("Options");
  shown.add_options()("text", po::value(&texts)->composing(), "a text; may be repeated")(
      "shard", po::value(&shards)->composing(), "a token shard; may be repeated")(
      "choices", po::value(&choices)->composing(), "multiple-choice questions, JSON Lines")(
      "exact", po::value(&exact)->composing(), "questions with generated answers, JSON Lines")(
      "seq-len", po::value(&command.windows.seq_len),
      "tokens of a window; by default the model's context")(
      "stride", po::value(&command.windows.stride),
      "tokens from window to window; by default seq-len, no overlap")(
      "max-tokens", po::value(&command.windows.max_tokens)->default_value(0),
      "of each text and shard; 0: all")(
      "resamples", po::value(&command.bootstrap.num_resamples)->default_value(1000),
      "of the bootstrap for 90 % intervals; 0: none")(
      "seed", po::value(&command.bootstrap.seed)->default_value(0), "of the bootstrap")(
      "max-batch", po::value(&command.max_batch)->default_value(16),
      "answers generated together; 0: all")("json", po::bool_switch(&command.json), "print JSON");
  add_model_options(shown, command.choice);
  shown.add_options()("help,h", "this text");
  po::options_description all;
  all.add(shown).add_options()("model", po::value(&command.models));
  const po::variables_map values =
      parse_command_line("eval", args, all, po::positional_options_description().add("model", -1));
  if (values.count("help") > 0) {
    std::cout << kEvalUsage << shown;
    return std::nullopt;
  }
  check_window_size(values, "seq-len", command.windows.seq_len);
  check_window_size(values, "stride", command.windows.stride);
  append_paths(texts, command.texts);
  append_paths(shards, command.shards);
  append_paths(choices, command.choices);
  append_paths(exact, command.exact);
  check_eval(command);
  return command;
}

}  // namespace assay::app
