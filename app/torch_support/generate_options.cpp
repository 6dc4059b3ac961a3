#include "app/torch_support/generate_options.h"

#include <fmt/format.h>

#include <charconv>
#include <iostream>

#include "app/cli/command_line.h"
#include "app/torch_support/model_options.h"
#include "error/error.h"

namespace assay::app {

namespace po = boost::program_options;

namespace {

constexpr const char* kGenerateUsage =
    "Goes on from a prompt.\n\n"
    "Usage: assay generate MODEL [--prompt TEXT]... [OPTIONS]\n\n"
    "MODEL is a run, a checkpoint, or a folder of Hugging Face weights. Without an option that\n"
    "gives a prompt it is read from standard input.\n\n";

/// "17,3,5" as token numbers.
std::vector<int64_t> token_list(const std::string& text) {
  std::vector<int64_t> tokens;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at < end) {
    int64_t token = 0;
    const auto [stop, error] = std::from_chars(at, end, token);
    if (error != std::errc() || token < 0 || (stop < end && (*stop != ',' || stop + 1 == end))) {
      throw ConfigError(fmt::format(
          "[generate] --prompt-tokens is a list of token numbers such as 17,3,5: {}", text));
    }
    tokens.push_back(token);
    at = stop + 1;
  }
  return tokens;
}

void add_sampling_options(po::options_description& shown, GenerationRequest& request) {
  SamplingOptions& sampling = request.sampling;
  shown.add_options()("max-tokens", po::value(&request.max_tokens)->default_value(128),
                      "tokens of a completion at most")(
      "temperature", po::value(&sampling.temperature)->default_value(1.0),
      "0 takes the likeliest token")("top-k", po::value(&sampling.top_k)->default_value(0),
                                     "only the k likeliest tokens; 0: all")(
      "top-p", po::value(&sampling.top_p)->default_value(1.0),
      "only the likeliest tokens that add up to this probability")(
      "min-p", po::value(&sampling.min_p)->default_value(0.0),
      "only tokens at least this likely beside the likeliest")(
      "repetition-penalty", po::value(&sampling.repetition_penalty)->default_value(1.0),
      "above 1 holds back tokens that came before")(
      "samples", po::value(&request.num_samples)->default_value(1), "completions of each prompt")(
      "seed", po::value(&sampling.seed)->default_value(0),
      "of all choices; a sample does not depend on what else is generated")(
      "stop", po::value(&request.stop_texts)->composing(),
      "text that ends a completion; may be repeated")(
      "stop-token", po::value(&request.stop_tokens)->composing(),
      "token number that ends a completion; may be repeated");
}

void check_generate(const GenerateCommand& command, bool has_model) {
  if (!has_model) {
    throw ConfigError("[generate] name a model: assay generate RUN_OR_FOLDER");
  }
  const int kinds = (command.prompts.empty() ? 0 : 1) + (command.prompt_file.empty() ? 0 : 1) +
                    (command.prompt_lines.empty() ? 0 : 1) +
                    (command.prompt_tokens.empty() ? 0 : 1);
  if (kinds > 1) {
    throw ConfigError(
        "[generate] prompts come from one of --prompt, --prompt-file, --prompt-lines and "
        "--prompt-tokens");
  }
  if (command.max_sequences < 0) {
    throw ConfigError(
        fmt::format("[generate] --max-batch is not negative: {}", command.max_sequences));
  }
}

}  // namespace

std::optional<GenerateCommand> parse_generate(const std::vector<std::string>& args) {
  GenerateCommand command;
  std::string model;
  std::string prompt_file;
  std::string prompt_lines;
  std::vector<std::string> prompt_tokens;
  MeteringWords metering;
  po::options_description shown("Options");
  shown.add_options()("prompt", po::value(&command.prompts)->composing(),
                      "text to go on from; several are decoded together")(
      "prompt-file", po::value(&prompt_file), "file that is the prompt, every byte of it")(
      "prompt-lines", po::value(&prompt_lines),
      "file of many prompts, one a line: {\"prompt\": TEXT}")(
      "prompt-tokens", po::value(&prompt_tokens)->composing(),
      "token numbers to go on from: 17,3,5");
  add_sampling_options(shown, command.request);
  shown.add_options()(
      "ignore-eos", po::bool_switch(&command.ignore_eos),
      "go on after the end-of-text token of the tokenizer or of a folder's config.json")(
      "max-batch", po::value(&command.max_sequences)->default_value(0),
      "completions decoded together; 0: all")("logprobs", po::bool_switch(&command.logprobs),
                                              "show each token's log-probability")(
      "no-graphs", po::bool_switch(&command.no_graphs),
      "on CUDA: decode operator by operator, not by recorded graphs")(
      "json", po::bool_switch(&command.json), "print one JSON document");
  add_model_options(shown, command.model);
  add_metering_options(shown, metering);
  shown.add_options()("help,h", "this text");
  po::options_description all;
  all.add(shown).add_options()("model", po::value(&model));
  const po::variables_map values = parse_command_line(
      "generate", args, all, po::positional_options_description().add("model", 1));
  if (values.count("help") > 0) {
    std::cout << kGenerateUsage << shown;
    return std::nullopt;
  }
  command.model.folder = model;
  command.prompt_file = prompt_file;
  command.prompt_lines = prompt_lines;
  for (const std::string& text : prompt_tokens) command.prompt_tokens.push_back(token_list(text));
  check_generate(command, !model.empty());
  command.metering = metering_options(metering, "generate", args);
  return command;
}

}  // namespace assay::app
