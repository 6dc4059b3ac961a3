#include "plan/training_plan.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/cli/command_line.h"
#include "app/cli/terminal_width.h"
#include "app/command.h"
#include "error/error.h"
#include "plan/held_out.h"
#include "record/probe_record.h"
#include "registry/published_throughput.h"
#include "registry/registry.h"
#include "specs/family.h"
#include "specs/hf_config.h"

namespace assay::app {
namespace {

namespace po = boost::program_options;

po::options_description plan_options(TrainingRequest& request, std::string& tokens) {
  po::options_description options("Options");
  auto add = options.add_options();
  add("model", po::value(&request.model), "id of a model (assay models list)");
  add("hf", po::value<std::string>(), "a Hugging Face config.json, or its folder, instead");
  add("tokens", po::value(&tokens), "tokens to train on: 15e12, 14.8T or \"15 Ttoken\"");
  add("device", po::value(&request.device), "id of a device (assay devices list)");
  add("count", po::value(&request.num_devices), "how many devices");
  add("precision", po::value(&request.precision)->default_value(request.precision),
      "of the matrix products: bf16, fp8, ...");
  add("seq-len", po::value(&request.seq_len),
      "tokens of a sequence [4096, or the model's longest]");
  add("software", po::value(&request.software),
      "what trains, as in configs/registry/throughput: megatron-bridge, torchtitan-compile ... "
      "[any]");
  add("price", po::value(&request.price),
      "of a device-hour: \"2.5 USD/gpu_h\", or the id of a price of the registry [its newest]");
  add("grid", po::value(&request.grid), "id of a grid, for carbon: us-2023");
  add("probe", po::value<std::string>(),
      "layers measured by assay probe in place of published speeds; of this model, device, "
      "precision and sequence length");
  add("mfu", po::value<double>(),
      "own assumption in place of published speeds: 0.4, exact_causal against the dense peak of "
      "the "
      "precision");
  add("held-out",
      "every published speed (or those of --model, --device and --software) against what the "
      "others "
      "predict, as Markdown or JSON");
  add("registry", po::value<std::string>()->default_value(""), "folder of the registry");
  add("json", "print JSON");
  add("help,h", "this text");
  return options;
}

// What follows the number: nothing, a letter, or a unit of tokens. Nothing where it is neither.
std::optional<double> scale_of(std::string_view rest) {
  constexpr std::array<std::pair<std::string_view, double>, 8> kScales{{{"", 1},
                                                                        {"k", 1e3},
                                                                        {"K", 1e3},
                                                                        {"M", 1e6},
                                                                        {"B", 1e9},
                                                                        {"T", 1e12},
                                                                        {"token", 1},
                                                                        {"Ttoken", 1e12}}};
  if (rest.starts_with(' ')) rest.remove_prefix(1);
  for (const auto& [name, scale] : kScales) {
    if (rest == name) return scale;
  }
  return std::nullopt;
}

// "15e12", "14.8T" or "15 Ttoken"; tokens are whole.
double tokens_of(const std::string& text) {
  const auto wrong = [&](const char* what) {
    throw ConfigError(fmt::format("[plan] {}, like 15e12, 14.8T or \"15 Ttoken\": \"{}\"", what,
                                  text.substr(0, 80)));
  };
  size_t read = 0;
  double tokens = 0;
  try {
    tokens = std::stod(text, &read);
  } catch (const std::exception&) {
    read = 0;
  }
  const auto scale = scale_of(std::string_view(text).substr(read));
  if (read == 0 || !scale || !std::isfinite(tokens)) wrong("--tokens is a number");
  tokens *= *scale;
  constexpr double kNoise = 1e-9;  // of decimal digits in binary
  if (std::abs(tokens - std::round(tokens)) > kNoise * std::abs(tokens)) wrong("tokens are whole");
  return std::round(tokens);
}

// Every row is predicted from all others; --model, --device and --software choose what is shown.
int show_held_out(const TrainingRequest& request, const po::variables_map& values,
                  const std::string& folder) {
  for (const char* other : {"hf", "tokens", "count", "seq-len", "price", "grid", "probe", "mfu"}) {
    if (values.count(other)) {
      throw ConfigError(fmt::format("[plan] --held-out does not take --{}", other));
    }
  }
  const Registry registry = Registry::load(find_registry(folder));
  if (!request.model.empty()) (void)registry.model(request.model);
  if (!request.device.empty()) (void)registry.device(request.device);
  std::vector<HeldOutRow> rows = held_out(load_throughputs(registry), registry);
  std::erase_if(rows, [&](const HeldOutRow& row) {
    const auto differs = [](const std::string& wanted, const std::string& is) {
      return !wanted.empty() && wanted != is;
    };
    return differs(request.model, row.run.model) || differs(request.device, row.run.device) ||
           differs(request.software, row.run.software);
  });
  if (rows.empty()) {
    throw DataError("[plan] no published run is of that model, device and software");
  }
  std::cout << (values.count("json") ? held_out_json(rows, registry.hash())
                                     : held_out_markdown(rows));
  return 0;
}

int run_plan(const std::vector<std::string>& args) {
  TrainingRequest request;
  std::string tokens;
  const po::options_description options = plan_options(request, tokens);
  const po::variables_map values = parse_command_line("plan", args, options);
  if (values.count("help")) {
    std::cout
        << "Usage: assay plan (--model M | --hf FILE) --tokens T --device D --count N [OPTIONS]\n\n"
           "Time, device-hours, money, energy, carbon, memory and a layout of a training "
           "before it\nstarts, from the exact FLOPs of the model and the speeds that were "
           "published.\n\n"
        << options;
    return 0;
  }
  const std::string folder = values["registry"].as<std::string>();
  if (values.count("held-out")) return show_held_out(request, values, folder);
  if (values.count("model") + values.count("hf") != 1) {
    throw ConfigError("[plan] name a model: --model ID or --hf FILE (assay plan --help)");
  }
  for (const char* needed : {"tokens", "device", "count"}) {
    if (!values.count(needed)) {
      throw ConfigError(fmt::format("[plan] --{} is missing (assay plan --help)", needed));
    }
  }
  if (values.count("seq-len") && request.seq_len < 1) {
    throw ConfigError(fmt::format("[plan] a sequence has tokens: {}", request.seq_len));
  }
  request.tokens = tokens_of(tokens);
  if (values.count("probe")) {
    if (values.count("software")) {
      throw ConfigError("[plan] --probe measures this program; --software goes without it");
    }
    request.probe = read_probe_record(values["probe"].as<std::string>());
  }
  if (values.count("mfu")) {
    if (values.count("software") || values.count("probe")) {
      throw ConfigError("[plan] --mfu stands for speeds; it goes without --software and --probe");
    }
    request.mfu = values["mfu"].as<double>();
  }
  if (values.count("hf")) {
    request.model = values["hf"].as<std::string>();
    request.shape = spec_from_table(read_hf_config(request.model), request.model);
  }
  const Registry registry = Registry::load(find_registry(folder));
  const TrainingPlan plan = plan_training(request, registry, load_throughputs(registry));
  std::cout << (values.count("json") ? plan_json(plan, registry.hash())
                                     : for_terminal(plan_text(plan)));
  return 0;
}

}  // namespace

Command plan_command() {
  return {"plan", "time, money, energy and memory of a training before it starts", run_plan};
}

}  // namespace assay::app
