#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app/cli/command_line.h"
#include "app/cli/language_option.h"
#include "app/cli/terminal_width.h"
#include "app/command.h"
#include "audit/claims/claim_reader.h"
#include "audit/comparison/comparison_of_claims.h"
#include "audit/comparison/run_comparison.h"
#include "audit/output/number_text.h"
#include "error/error.h"
#include "record/run_record.h"

namespace assay::app {
namespace {

namespace po = boost::program_options;

po::options_description compare_options() {
  po::options_description options("Options");
  options.add_options()("help,h", "this text")("json", "print JSON")(
      "lang", po::value<std::string>()->default_value("en"), "language of the text: en or ja")(
      "registry", po::value<std::string>()->default_value(""), "the registry's folder");
  return options;
}

po::variables_map parse_compare(const std::vector<std::string>& args) {
  po::options_description all = compare_options();
  all.add_options()("claim", po::value<std::vector<std::string>>());
  po::positional_options_description positional;
  positional.add("claim", -1);
  return parse_command_line("compare", args, all, positional);
}

// The id of a claim of the registry, or of a claim file that is added to the set.
std::string claim_id(const std::string& name, audit::ClaimSet& set) {
  const std::filesystem::path path = name;
  if (path.has_parent_path() && path.extension() != ".toml") {
    throw DataError("[compare] no run directory: " + audit::printable(name));
  }
  if (path.extension() != ".toml") return set.claim(name).id;
  return set.add(audit::read_claim_file(name)).id;
}

// The first that is neither a run's folder nor a claim is told as what it lacks.
void require_folders(const std::vector<std::string>& names, const std::string& registry) {
  const audit::ClaimSet set = audit::ClaimSet::load(find_registry(registry));
  for (const std::string& name : names) {
    const bool claim = set.claims().contains(name) || std::filesystem::exists(name);
    if (!claim) throw DataError("[compare] no run directory: " + audit::printable(name));
  }
}

int compare_run_folders(const std::vector<std::string>& folders, audit::Language language,
                        bool json) {
  std::vector<RunRecord> runs;
  runs.reserve(folders.size());
  for (const std::string& folder : folders) runs.push_back(read_run(folder, StepDetail::kTotals));
  const audit::RunComparison comparison = audit::compare_runs(runs);
  if (json) {
    std::cout << audit::run_comparison_json(comparison)
                     .dump(2, ' ', false, nlohmann::json::error_handler_t::replace)
              << "\n";
  } else {
    std::cout << for_terminal(audit::run_comparison_text(comparison, language));
  }
  return 0;
}

int run_compare(const std::vector<std::string>& args) {
  const po::variables_map values = parse_compare(args);
  if (values.count("help")) {
    std::cout << "Usage: assay compare A B [OPTIONS]\n"
                 "       assay compare RUN_DIR RUN_DIR... [OPTIONS]\n\n"
                 "Compares two claims (ids or files) on like terms. A ratio of unlike things is "
                 "refused with\nthe reasons and the nearest comparable pairs.\n"
                 "Compares own runs (directories) by what they take to the same validation loss; "
                 "runs that differ\nin their seed only are one setting, and give the interval.\n\n"
              << compare_options();
    return 0;
  }
  const auto names = values.count("claim") ? values["claim"].as<std::vector<std::string>>()
                                           : std::vector<std::string>();
  const audit::Language language = parse_language(values["lang"].as<std::string>());
  const auto is_run = [](const std::string& name) { return std::filesystem::is_directory(name); };
  const auto num_runs = std::count_if(names.begin(), names.end(), is_run);
  if (num_runs >= 2 && num_runs == std::ssize(names)) {
    return compare_run_folders(names, language, values.count("json") > 0);
  }
  if (num_runs > 0) {
    require_folders(names, values["registry"].as<std::string>());
    throw ConfigError("[compare] runs are compared with runs, two or more: " +
                      audit::printable(fmt::format("{}", fmt::join(names, " "))));
  }
  if (names.size() != 2) {
    throw ConfigError("[compare] two claims or run directories are needed (assay compare --help)");
  }
  const Registry registry = Registry::load(find_registry(values["registry"].as<std::string>()));
  audit::ClaimSet set = audit::ClaimSet::load(registry.root());
  const std::string a = claim_id(names[0], set);
  const std::string b = claim_id(names[1], set);
  const audit::ClaimComparison comparison =
      audit::compare_claims(set.claim(a), set.claim(b), set, registry, language);
  if (values.count("json")) {
    std::cout << audit::comparison_json(comparison, registry.hash())
                     .dump(2, ' ', false, nlohmann::json::error_handler_t::replace)
              << "\n";
  } else {
    std::cout << for_terminal(audit::comparison_text(comparison, language));
  }
  return 0;
}

}  // namespace

Command compare_command() {
  return {"compare", "two claims on like terms, or own runs by their cost to one loss",
          run_compare};
}

}  // namespace assay::app
