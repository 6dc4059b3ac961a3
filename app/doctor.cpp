#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>

#include "app/cli/command_line.h"
#include "app/cli/machine_checks.h"
#include "app/command.h"
#include "energy/rapl_source.h"
#include "error/error.h"
#include "metrics/metrics_config.h"
#include "text/gcide.h"

namespace assay::app {
namespace {

using Json = nlohmann::ordered_json;

namespace po = boost::program_options;

struct DoctorOptions {
  bool json = false;
  std::string registry;
  std::string powercap_root;
  std::string metrics_address;
  std::string folder;
  std::string dictionary_folder;
};

// What a run would take where its config does not say otherwise: an image sets these.
std::string from_environment(const char* name, std::string_view otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr || *value == '\0' ? std::string(otherwise) : value;
}

// Runs go to runs/ID below the working directory.
std::string usual_run_folder() { return std::filesystem::is_directory("runs") ? "runs" : "."; }

// Nothing where --help was asked for and printed.
std::optional<DoctorOptions> parse_doctor_options(const std::vector<std::string>& args) {
  DoctorOptions options;
  const auto text = [](std::string* value, const std::string& initial) {
    return po::value<std::string>(value)->default_value(initial);
  };
  po::options_description shown("Options");
  shown.add_options()("json", po::bool_switch(&options.json), "print JSON")(
      "registry", text(&options.registry, ""), "folder of the registry")(
      "powercap-root", text(&options.powercap_root, kPowercapRoot), "where RAPL is")(
      "metrics-address",
      text(&options.metrics_address,
           from_environment("ASSAY_METRICS_LISTEN", MetricsConfig{}.address)),
      "address to try for /metrics")("folder", text(&options.folder, usual_run_folder()),
                                     "folder whose disk is looked at")(
      "dictionary-folder",
      text(&options.dictionary_folder,
           from_environment("ASSAY_DATA_DICTIONARY_FOLDER", kGcideFolder)),
      "where the text of the quickstart lies")("help,h", "this text");
  const po::variables_map values = parse_command_line("doctor", args, shown);
  if (values.count("help") == 0) return options;
  std::cout << "Usage: assay doctor [OPTIONS]\n\n"
               "Says what this machine can measure, with what provenance, and what would mend the "
               "rest.\nExits 1 where something is broken that a run would stop at.\n\n"
            << shown;
  return std::nullopt;
}

std::string_view state_name(FindingState state) {
  switch (state) {
    case FindingState::kWorks:
      return "works";
    case FindingState::kAbsent:
      return "absent";
    case FindingState::kBroken:
      return "broken";
  }
  return "";
}

MachineFindings examine(const DoctorOptions& options) {
  MachineFindings findings;
  std::optional<Registry> registry;
  check_program(findings);
  try {
    registry = Registry::load(find_registry(options.registry));
    findings.push_back({.topic = "registry", .detail = registry->root().string()});
  } catch (const Error& error) {
    findings.push_back({.topic = "registry",
                        .state = FindingState::kBroken,
                        .detail = error.what(),
                        .remedy = "--registry DIR"});
  }
  const Registry* known = registry ? &*registry : nullptr;
  check_processor(known, findings);
  check_memory(findings);
  check_gpus(known, findings);
  check_energy(options.powercap_root, findings);
  check_corpus(options.dictionary_folder, findings);
  check_disk(options.folder, findings);
  check_metrics(options.metrics_address, findings);
  return findings;
}

void print_text(const MachineFindings& findings) {
  for (const MachineFinding& finding : findings) {
    std::cout << fmt::format("{:<10} {:<7} {}\n", finding.topic, state_name(finding.state),
                             finding.detail);
    if (!finding.provenance.empty()) {
      std::cout << fmt::format("{:<18} {}\n", "", finding.provenance);
    }
    if (!finding.remedy.empty()) {
      std::cout << fmt::format("{:<18} to mend it: {}\n", "", finding.remedy);
    }
  }
}

void print_json(const MachineFindings& findings) {
  const auto text_or_null = [](const std::string& text) {
    return text.empty() ? Json() : Json(text);
  };
  Json list = Json::array();
  for (const MachineFinding& finding : findings) {
    list.push_back({{"topic", finding.topic},
                    {"state", state_name(finding.state)},
                    {"detail", finding.detail},
                    {"provenance", text_or_null(finding.provenance)},
                    {"remedy", text_or_null(finding.remedy)}});
  }
  const Json all{{"schema_version", 1}, {"findings", std::move(list)}};
  std::cout << all.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

int run_doctor(const std::vector<std::string>& args) {
  const std::optional<DoctorOptions> options = parse_doctor_options(args);
  if (!options) return 0;
  const MachineFindings findings = examine(*options);
  if (options->json) {
    print_json(findings);
  } else {
    print_text(findings);
  }
  const bool broken = std::ranges::any_of(findings, [](const MachineFinding& finding) {
    return finding.state == FindingState::kBroken;
  });
  return static_cast<int>(broken ? ExitCode::kFinding : ExitCode::kFine);
}

}  // namespace

Command doctor_command() {
  return {.name = "doctor",
          .summary = "what this machine can measure, and what would mend the rest",
          .run = run_doctor};
}

}  // namespace assay::app
