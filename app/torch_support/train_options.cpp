#include "app/torch_support/train_options.h"

#include <fmt/format.h>

#include <iostream>

#include "app/cli/command_line.h"
#include "app/cli/text_output.h"
#include "error/error.h"
#include "train/run_config.h"

namespace assay::app {

namespace po = boost::program_options;

namespace {

po::options_description described_options() {
  po::options_description options("Options");
  options.add_options()("config", po::value<std::string>(),
                        "run config (TOML); configs/runs has examples")(
      "set", po::value<std::vector<std::string>>()->composing(),
      "KEY=VALUE, over the environment and the file; may be repeated")(
      "out", po::value<std::string>(), "run directory (default: runs/<id>)")(
      "resume", po::value<std::string>(),
      "a run or checkpoint folder to go on from, or auto: the newest valid checkpoint in --out, "
      "else a fresh start")("dry-run",
                            "show config, memory, FLOPs, time and money, and train nothing")(
      "no-memory-check", "start although the predicted peak is more than what is free")(
      "budget", po::value<std::string>(),
      "what the whole run may cost, such as \"20 USD\": then it writes a checkpoint and ends with "
      "exit code 7 (price.budget alone only warns)")(
      "trace", po::value<std::string>(),
      "write a Chrome trace of the first steps (profile.trace_steps) to this file")(
      "progress", po::value<std::string>()->default_value("auto"),
      "auto (one line on a terminal, else plain lines), plain, json (one object a line) or none; "
      "on standard error")("json", "with --dry-run: JSON")(
      "registry", po::value<std::string>()->default_value(""), "folder of the catalogues")(
      "help", "this text and every config key");
  return options;
}

void print_help(const po::options_description& options) {
  std::cout
      << "Trains a language model and leaves a run directory.\n\n"
         "Usage: assay train --config FILE [--set KEY=VALUE]... [--out DIR] [--resume DIR|auto]"
         " [--budget MONEY] [--trace FILE] [--dry-run]\n\n"
      << options << "\nConfig keys:\n"
      << help_text<RunConfig>()
      << "\nSIGTERM and SIGINT finish the step, write a checkpoint and exit with 75; a second "
         "one ends at once.\n";
}

std::string text_of(const po::variables_map& values, const char* name) {
  return values.count(name) > 0 ? values[name].as<std::string>() : "";
}

}  // namespace

std::optional<TrainOptions> parse_train_options(const std::vector<std::string>& args) {
  const po::options_description described = described_options();
  const po::variables_map values = parse_command_line("train", args, described);
  if (values.count("help") > 0) {
    print_help(described);
    return std::nullopt;
  }
  TrainOptions options{.config = text_of(values, "config"),
                       .out = text_of(values, "out"),
                       .resume = text_of(values, "resume"),
                       .registry = text_of(values, "registry"),
                       .dry_run = values.count("dry-run") > 0,
                       .json = values.count("json") > 0,
                       .no_memory_check = values.count("no-memory-check") > 0,
                       .progress = parse_progress_style(text_of(values, "progress")),
                       .args = args};
  if (values.count("set") > 0) options.set = values["set"].as<std::vector<std::string>>();
  if (values.count("budget") > 0) {
    options.set.push_back(fmt::format("price.budget={}", text_of(values, "budget")));
    options.set.emplace_back("price.stop_at_budget=true");
  }
  if (values.count("trace") > 0) {
    options.set.push_back(fmt::format("profile.trace={}", text_of(values, "trace")));
  }
  if (options.config.empty()) throw ConfigError("[train] --config FILE is missing");
  if (options.resume == "auto" && options.out.empty()) {
    throw ConfigError("[train] --resume auto needs --out: where should it look for checkpoints?");
  }
  expect_path("train", "--out", options.out.string());
  if (options.json && !options.dry_run) throw ConfigError("[train] --json goes with --dry-run");
  return options;
}

}  // namespace assay::app
