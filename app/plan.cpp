#include "plan/training_plan.h"

#include <fmt/format.h>

#include <cmath>
#include <iostream>
#include <string>
#include <vector>

#include "app/cli/command_line.h"
#include "app/command.h"
#include "error/error.h"
#include "plan/held_out.h"
#include "registry/published_throughput.h"
#include "registry/registry.h"

namespace assay::app {
namespace {

namespace po = boost::program_options;

po::options_description plan_options(TrainingRequest& request, std::string& tokens) {
  po::options_description options("Options");
  auto add = options.add_options();
  add("model", po::value(&request.model), "id of a model (assay models list)");
  add("tokens", po::value(&tokens), "tokens to train on: 15e12");
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
      "of a device-hour: \"2.5 USD/gpu_h\" [the registry's newest]");
  add("grid", po::value(&request.grid), "id of a grid, for carbon: us-2023");
  add("held-out",
      "every published speed (or those of --model, --device and --software) against what the "
      "others "
      "predict, as Markdown or JSON");
  add("registry", po::value<std::string>()->default_value(""), "folder of the registry");
  add("json", "print JSON");
  add("help,h", "this text");
  return options;
}

double tokens_of(const std::string& text) {
  size_t read = 0;
  double tokens = 0;
  try {
    tokens = std::stod(text, &read);
  } catch (const std::exception&) {
    read = 0;
  }
  if (read == 0 || read != text.size() || !std::isfinite(tokens)) {
    throw ConfigError(fmt::format("[plan] --tokens is a number: \"{}\"", text.substr(0, 80)));
  }
  return tokens;
}

// Every row is predicted from all others; --model, --device and --software choose what is shown.
int show_held_out(const TrainingRequest& request, const po::variables_map& values,
                  const std::string& folder) {
  for (const char* other : {"tokens", "count", "seq-len", "price", "grid"}) {
    if (values.count(other)) {
      throw ConfigError(fmt::format("[plan] --held-out does not take --{}", other));
    }
  }
  const Registry registry = Registry::load(find_registry(folder));
  std::vector<HeldOutRow> rows = held_out(load_throughputs(registry), registry);
  std::erase_if(rows, [&](const HeldOutRow& row) {
    const auto differs = [](const std::string& wanted, const std::string& is) {
      return !wanted.empty() && wanted != is;
    };
    return differs(request.model, row.run.model) || differs(request.device, row.run.device) ||
           differs(request.software, row.run.software);
  });
  if (rows.empty()) {
    throw ConfigError("[plan] no published run is of that model, device and software");
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
    std::cout << "Usage: assay plan --model M --tokens T --device D --count N [OPTIONS]\n\n"
                 "Time, device-hours, money, energy, carbon, memory and a layout of a training "
                 "before it\nstarts, from the exact FLOPs of the model and the speeds that were "
                 "published.\n\n"
              << options;
    return 0;
  }
  const std::string folder = values["registry"].as<std::string>();
  if (values.count("held-out")) return show_held_out(request, values, folder);
  for (const char* needed : {"model", "tokens", "device", "count"}) {
    if (!values.count(needed)) {
      throw ConfigError(fmt::format("[plan] --{} is missing (assay plan --help)", needed));
    }
  }
  if (values.count("seq-len") && request.seq_len < 1) {
    throw ConfigError(fmt::format("[plan] a sequence has tokens: {}", request.seq_len));
  }
  request.tokens = tokens_of(tokens);
  const Registry registry = Registry::load(find_registry(folder));
  const TrainingPlan plan = plan_training(request, registry, load_throughputs(registry));
  std::cout << (values.count("json") ? plan_json(plan, registry.hash()) : plan_text(plan));
  return 0;
}

}  // namespace

Command plan_command() {
  return {"plan", "time, money, energy and memory of a training before it starts", run_plan};
}

}  // namespace assay::app
