#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app/cli/command_line.h"
#include "app/cli/language_option.h"
#include "app/command.h"
#include "audit/claim_listing.h"
#include "audit/claim_reader.h"
#include "audit/number_text.h"
#include "error/error.h"

namespace assay::app {
namespace {

namespace po = boost::program_options;
using Json = nlohmann::ordered_json;

po::options_description claims_options() {
  po::options_description options("Options");
  options.add_options()("help,h", "this text")("json", "print JSON")(
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

int lint(const Registry& registry, bool json) {
  const std::vector<std::string> faults = audit::ClaimSet::lint(registry.root(), registry);
  if (json) {
    std::cout << dumped(
        {{"schema_version", 1}, {"registry_hash", registry.hash()}, {"faults", faults}});
  } else {
    for (const std::string& fault : faults) std::cout << audit::printable(fault) << "\n";
    if (faults.empty()) std::cout << "claims: no faults\n";
  }
  return faults.empty() ? 0 : static_cast<int>(ExitCode::kFinding);
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

int run_claims(const std::vector<std::string>& args) {
  const po::variables_map values = parse_claims(args);
  if (values.count("help")) {
    std::cout << "Usage: assay claims list | show ID|FILE.toml | lint [OPTIONS]\n\nThe published "
                 "claims of the registry. lint exits 1 where it finds a fault.\n\n"
              << claims_options();
    return 0;
  }
  const auto words = values.count("word") ? values["word"].as<std::vector<std::string>>()
                                          : std::vector<std::string>();
  const std::string action = words.empty() ? std::string() : words[0];
  const bool known = (action == "list" && words.size() == 1) ||
                     (action == "lint" && words.size() == 1) ||
                     (action == "show" && words.size() == 2);
  if (!known) throw ConfigError("[claims] list, show ID or lint is needed (assay claims --help)");
  const audit::Language language = parse_language(values["lang"].as<std::string>());
  const Registry registry = Registry::load(find_registry(values["registry"].as<std::string>()));
  const bool json = values.count("json") > 0;
  if (action == "lint") return lint(registry, json);
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
