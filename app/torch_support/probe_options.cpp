#include "app/torch_support/probe_options.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <iostream>
#include <set>
#include <string_view>
#include <utility>

#include "app/cli/command_line.h"
#include "error/error.h"
#include "units/measure.h"

namespace assay::app {

namespace po = boost::program_options;

namespace {

constexpr const char* kProbeUsage =
    "Usage: assay probe (--model ID | --hf FILE) [OPTIONS]\n\n"
    "Times the layers of a published model on this device, at the published width, for the slice\n"
    "that one device holds under a parallel layout, and says what one token of training takes.\n"
    "`assay audit ID --probe FILE` holds a claim against what --out wrote. docs/probe.md says "
    "what\n"
    "is measured, what is derived and what is assumed.\n\n";

constexpr int64_t kMostPasses = 10'000;

/// Options whose text is parsed further.
struct ProbeWords {
  std::string layout;
  std::string batch_tokens;
  std::string network;
  std::string routing;
};

po::options_description probe_options(ProbeOptions& options, ProbeWords& words) {
  po::options_description shown("Options");
  auto add = shown.add_options();
  add("model", po::value(&options.model), "id of a model (assay models list)");
  add("hf", po::value(&options.hf), "a Hugging Face config.json, or its folder, instead");
  add("layout", po::value(&words.layout),
      "ep=64,tp=1,pp=16,dp=128 [the registry's published layout of the model, else one device]");
  add("batch-tokens", po::value(&words.batch_tokens),
      "tokens of an optimizer step, all devices together, for optimizer and pipeline bubble");
  add("network", po::value(&words.network),
      "of one device to other nodes, one direction: \"50 GB/s\"");
  add("seq-len", po::value(&options.seq_len),
      "tokens of a sequence [the published layout's, else 4096 or the model's longest]");
  add("micro-batch", po::value(&options.micro_batch)->default_value(options.micro_batch),
      "sequences of a pass");
  add("dtype", po::value(&options.dtype), "bf16 or fp32 [bf16 on a GPU, fp32 on a CPU]");
  add("routing", po::value(&words.routing)->default_value("balanced"),
      "balanced: experts in turn; router: what the model's own fresh router chooses");
  add("device", po::value(&options.device)->default_value("auto"), "auto, cpu or cuda");
  add("threads", po::value(&options.threads)->default_value(0),
      "CPU threads; 0: as many as the process may use");
  add("warmup", po::value(&options.warmup)->default_value(options.warmup),
      "passes before the first that counts");
  add("repeats", po::value(&options.repeats)->default_value(options.repeats), "passes that count");
  add("width-divisor", po::value(&options.width_divisor),
      "divide widths, heads and vocabulary: for tests, no evidence [1; on a CPU 16]");
  add("out,o", po::value<std::string>(), "file to write the record to; - is --json");
  add("dry-run", "say what memory it needs, and time nothing");
  add("json", "print the record (or the plan of --dry-run) as JSON");
  add("registry", po::value(&options.registry)->default_value(""), "folder of the registry");
  add("help,h", "this text");
  return shown;
}

double positive_number(const char* option, const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value) ||
      value <= 0) {
    throw ConfigError(
        fmt::format("[probe] --{} is a number above zero: \"{}\"", option, text.substr(0, 80)));
  }
  return value;
}

double network_of(const std::string& text) {
  try {
    const Measure measure = parse_measure(text);
    if (measure.dimension == Dimension::kBytesPerSecond && measure.value > 0) return measure.value;
  } catch (const DataError&) {
    // The message below names what is wanted.
  }
  throw ConfigError(
      fmt::format("[probe] --network is a rate like \"50 GB/s\": \"{}\"", text.substr(0, 80)));
}

void check_count(const char* option, int64_t value, int64_t least, int64_t most) {
  if (value >= least && value <= most) return;
  throw ConfigError(fmt::format("[probe] --{} is {} to {}: {}", option, least, most, value));
}

void check_probe_options(const ProbeOptions& options, const po::variables_map& values) {
  if (options.model.empty() == options.hf.empty()) {
    throw ConfigError("[probe] name a model: --model ID or --hf FILE (assay probe --help)");
  }
  constexpr int64_t kMost = int64_t{1} << 24;
  check_count("micro-batch", options.micro_batch, 1, kMost);
  check_count("warmup", options.warmup, 0, kMostPasses);
  check_count("repeats", options.repeats, 2, kMostPasses);
  check_count("threads", options.threads, 0, 4096);
  if (values.count("seq-len")) check_count("seq-len", options.seq_len, 1, kMost);
  if (values.count("width-divisor")) check_count("width-divisor", options.width_divisor, 1, kMost);
}

void read_probe_words(const ProbeWords& words, const po::variables_map& values,
                      ProbeOptions& options) {
  if (values.count("layout")) options.layout = parse_layout(words.layout);
  if (values.count("batch-tokens")) {
    options.batch_tokens = positive_number("batch-tokens", words.batch_tokens);
  }
  if (values.count("network")) options.network_bytes_per_s = network_of(words.network);
  if (words.routing != "balanced" && words.routing != "router") {
    throw ConfigError(fmt::format("[probe] --routing is balanced or router: \"{}\"",
                                  words.routing.substr(0, 80)));
  }
  options.balanced = words.routing == "balanced";
}

}  // namespace

ProbeLayout parse_layout(const std::string& text) {
  ProbeLayout layout{.source = "options"};
  const std::array<std::pair<std::string_view, int64_t*>, 4> fields{{{"tp", &layout.tensor},
                                                                     {"pp", &layout.pipeline},
                                                                     {"dp", &layout.data},
                                                                     {"ep", &layout.expert}}};
  std::set<std::string_view> given;
  std::string_view rest = text;
  while (true) {
    const size_t comma = rest.find(',');
    const std::string_view word = rest.substr(0, comma);
    const size_t equals = word.find('=');
    const std::string_view digits = equals == word.npos ? "" : word.substr(equals + 1);
    const auto* const field = std::ranges::find(fields, word.substr(0, equals),
                                                &std::pair<std::string_view, int64_t*>::first);
    int64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    constexpr int64_t kMost = 1'000'000;
    if (field == fields.end() || error != std::errc() || end != digits.data() + digits.size() ||
        value < 1 || value > kMost || !given.insert(field->first).second) {
      throw ConfigError(fmt::format(
          "[probe] --layout is like ep=64,tp=1,pp=16,dp=128, each once and at least 1: \"{}\"",
          text.substr(0, 80)));
    }
    *field->second = value;
    if (comma == rest.npos) break;
    rest.remove_prefix(comma + 1);
  }
  return layout;
}

std::optional<ProbeOptions> parse_probe_options(const std::vector<std::string>& args) {
  ProbeOptions options;
  ProbeWords words;
  const po::options_description shown = probe_options(options, words);
  const po::variables_map values = parse_command_line("probe", args, shown);
  if (values.count("help")) {
    std::cout << kProbeUsage << shown;
    return std::nullopt;
  }
  check_probe_options(options, values);
  read_probe_words(words, values, options);
  options.json = values.count("json") > 0;
  options.dry_run = values.count("dry-run") > 0;
  if (values.count("out")) options.out = values["out"].as<std::string>();
  if (options.out == "-") {  // what --json prints
    options.json = true;
    options.out.clear();
  }
  return options;
}

}  // namespace assay::app
