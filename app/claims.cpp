#include <fmt/format.h>

#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "app/cli/command_line.h"
#include "app/cli/language_option.h"
#include "app/cli/text_output.h"
#include "app/command.h"
#include "audit/claims/claim_listing.h"
#include "audit/claims/claim_reader.h"
#include "audit/claims/claim_skeleton.h"
#include "audit/claims/figure_trace.h"
#include "audit/output/number_text.h"
#include "error/error.h"
#include "registry/registry_age.h"

namespace assay::app {
namespace {

namespace po = boost::program_options;
using Json = nlohmann::ordered_json;

po::options_description claims_options() {
  po::options_description options("Options");
  options.add_options()("help,h", "this text")("json", "print JSON")(
      "figures", "with lint: each figure without an address or a place in its document")(
      "out", po::value<std::string>()->default_value(""),
      "with new: the file, or - for standard output (default: ID.toml)")(
      "lang", po::value<std::string>()->default_value("en"), "language of titles: en or ja")(
      "registry", po::value<std::string>()->default_value(""), "the registry's folder");
  return options;
}

po::variables_map parse_claims(const std::vector<std::string>& args) {
  po::options_description all = claims_options();
  all.add_options()("word", po::value<std::vector<std::string>>());
  po::positional_options_description positional;
  positional.add("word", -1);
  return parse_command_line("claims", args, all, positional);
}

std::string dumped(const Json& json) {
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

// Claim files outside the registry, each held against it and the other files; one bad file does not
// hide the others.
std::vector<std::string> faults_of_files(const std::vector<std::string>& files,
                                         const Registry& registry) {
  std::vector<std::string> faults;
  audit::ClaimSet set = audit::ClaimSet::load(registry.root());
  const auto guarded = [&](const auto& work) {
    try {
      work();
    } catch (const DataError& error) {
      faults.emplace_back(error.what());
    }
  };
  std::vector<const audit::Claim*> added;
  for (const std::string& file : files) {
    guarded([&] { added.push_back(&set.add(audit::read_claim_file(file))); });
  }
  for (const audit::Claim* claim : added) guarded([&] { set.check(*claim, registry); });
  return faults;
}

// What is no fault: a file that takes the place of a registered claim, and draws no other note.
std::vector<std::string> warnings_of_files(const std::vector<std::string>& files,
                                           const Registry& registry) {
  std::vector<std::string> warnings;
  if (files.empty()) return warnings;
  const audit::ClaimSet set = audit::ClaimSet::load(registry.root());
  for (const std::string& file : files) {
    try {
      const std::string id = audit::read_claim_file(file).id;
      if (!set.claims().contains(id)) continue;
      warnings.push_back(
          fmt::format("[claims] {}: the registry has a claim \"{}\"; an audit of this file judges "
                      "the file, and "
                      "its citation names it",
                      file, id));
    } catch (const DataError&) {  // a fault, which is told as one
    }
  }
  return warnings;
}

Json trace_json(const audit::FigureTrace& trace) {
  Json untraced = Json::array();
  for (const audit::UntracedFigure& one : trace.untraced) {
    untraced.push_back({{"claim", one.claim},
                        {"path", one.path},
                        {"source", one.source},
                        {"url", !one.no_url},
                        {"locator", !one.no_locator}});
  }
  return {{"figures", trace.figures},      {"recalled", trace.recalled},
          {"without_url", trace.no_url},   {"without_locator", trace.no_locator},
          {"with_neither", trace.neither}, {"untraced", std::move(untraced)}};
}

void print_trace(const audit::FigureTrace& trace, bool each) {
  std::cout << fmt::format(
      "figures: {}; {} without an address, {} without a place in the document, {} without both{}; "
      "{} recalled\n",
      trace.figures, trace.no_url, trace.no_locator, trace.neither,
      each ? "" : " (--figures lists them)", trace.recalled);
  if (!each) return;
  for (const audit::UntracedFigure& one : trace.untraced) {
    std::cout << audit::printable(fmt::format("  {}#{} [{}]: no {}", one.claim, one.path,
                                              one.source,
                                              one.no_url && one.no_locator ? "address, no place"
                                              : one.no_url                 ? "address"
                                                                           : "place"))
              << "\n";
  }
}

int lint(const Registry& registry, const std::vector<std::string>& files, bool json, bool each) {
  const std::vector<std::string> faults = files.empty()
                                              ? audit::ClaimSet::lint(registry.root(), registry)
                                              : faults_of_files(files, registry);
  const std::vector<std::string> warnings =
      files.empty() ? stale_prices(registry) : warnings_of_files(files, registry);
  // Figures are counted where all claims can be read.
  std::optional<audit::FigureTrace> trace;
  if (files.empty() && faults.empty()) {
    trace = audit::trace_figures(audit::ClaimSet::load(registry.root()), registry);
  }
  if (json) {
    std::cout << dumped({{"schema_version", 1},
                         {"registry_hash", registry.hash()},
                         {"faults", faults},
                         {"warnings", warnings},
                         {"figures", trace ? trace_json(*trace) : Json(nullptr)}});
  } else {
    for (const std::string& fault : faults) std::cout << audit::printable(fault) << "\n";
    for (const std::string& warning : warnings) {
      std::cout << "warning: " << audit::printable(warning) << "\n";
    }
    if (trace) print_trace(*trace, each);
    if (faults.empty()) std::cout << "claims: no faults\n";
  }
  if (faults.empty()) return 0;
  // A fault of the registry is a finding; a file that was named cannot be used at all.
  return static_cast<int>(files.empty() ? ExitCode::kFinding : ExitCode::kData);
}

void list(const audit::ClaimSet& set, const Registry& registry, bool json,
          audit::Language language) {
  std::cout << (json ? dumped(audit::claim_list_json(set, registry.hash(), language))
                     : audit::claim_list_text(set, language));
}

void show(audit::ClaimSet& set, const Registry& registry, const std::string& name, bool json,
          audit::Language language) {
  const bool file = std::filesystem::path(name).extension() == ".toml";
  const audit::Claim& claim = file ? set.add(audit::read_claim_file(name)) : set.claim(name);
  if (!json) {
    std::cout << audit::claim_text(claim, registry, language);
    return;
  }
  Json one = audit::claim_json(claim, registry, language);
  one["schema_version"] = 1;
  one["registry_hash"] = registry.hash();
  std::cout << dumped(one);
}

// Never over a file that is there.
void write_skeleton(const std::string& id, std::string file) {
  const std::string text = audit::claim_skeleton(id);
  if (file.empty()) file = id + ".toml";
  if (file != "-" && std::filesystem::exists(file)) {
    throw DataError("[claims] the file is there: " + file);
  }
  write_text(file, text);
  if (file != "-") std::cout << file << "\n";
}

// A new file with the id of a registered claim would take its place in audits.
void warn_of_registered(const std::string& id, const std::string& folder) {
  try {
    const audit::ClaimSet set = audit::ClaimSet::load(find_registry(folder));
    if (!set.claims().contains(id)) return;
  } catch (const DataError&) {  // a skeleton needs no registry
    return;
  }
  std::cerr << audit::printable(fmt::format(
                   "assay: warning: the registry has a claim \"{}\"; an audit of this file would "
                   "judge the file in its place",
                   id))
            << "\n";
}

int run_claims(const std::vector<std::string>& args) {
  const po::variables_map values = parse_claims(args);
  if (values.count("help")) {
    std::cout
        << "Usage: assay claims list | show ID|FILE.toml | lint [FILE.toml...] | new ID "
           "[OPTIONS]\n\nThe published claims of the registry. lint exits 1 where it finds a "
           "fault in the\nregistry, 3 where it finds one in a file that is named; new writes a "
           "claim file to fill in.\n\n"
        << claims_options();
    return 0;
  }
  const auto words = values.count("word") ? values["word"].as<std::vector<std::string>>()
                                          : std::vector<std::string>();
  const std::string action = words.empty() ? std::string() : words[0];
  const bool known = (action == "list" && words.size() == 1) || action == "lint" ||
                     (action == "new" && words.size() == 2) ||
                     (action == "show" && words.size() == 2);
  if (!known) {
    throw ConfigError("[claims] list, show ID, lint or new ID is needed (assay claims --help)");
  }
  if (action == "new") {
    write_skeleton(words[1], values["out"].as<std::string>());
    warn_of_registered(words[1], values["registry"].as<std::string>());
    return 0;
  }
  const audit::Language language = parse_language(values["lang"].as<std::string>());
  const Registry registry = Registry::load(find_registry(values["registry"].as<std::string>()));
  const bool json = values.count("json") > 0;
  if (action == "lint") {
    return lint(registry, {words.begin() + 1, words.end()}, json, values.count("figures") > 0);
  }
  audit::ClaimSet set = audit::ClaimSet::load(registry.root());
  if (action == "list") {
    list(set, registry, json, language);
  } else {
    show(set, registry, words[1], json, language);
  }
  return 0;
}

}  // namespace

Command claims_command() {
  return {"claims", "list, show and lint the published claims", run_claims};
}

}  // namespace assay::app
