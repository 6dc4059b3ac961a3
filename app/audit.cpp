#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/cli/audit_options.h"
#include "app/cli/audit_text.h"
#include "app/cli/claim_output.h"
#include "app/cli/data_faults.h"
#include "app/cli/import_audit.h"
#include "app/cli/language_option.h"
#include "app/cli/terminal_width.h"
#include "app/cli/text_output.h"
#include "app/command.h"
#include "audit/auditor.h"
#include "audit/claims/claim_reader.h"
#include "audit/costs/cost_models.h"
#include "audit/costs/total_disclosure.h"
#include "audit/expected_labels.h"
#include "audit/output/line_wrap.h"
#include "audit/output/number_text.h"
#include "audit/output/verdict_text.h"
#include "error/error.h"

namespace assay::app {
namespace {

namespace po = boost::program_options;

// A file's claim takes the place of the registry's with the same id, which is said; never that of
// another file. `files`: the files that were read, by the ids of their claims.
std::string add_claim_file(const std::string& file, audit::ClaimSet& set,
                           std::map<std::string, std::string>& files) {
  audit::Claim claim = audit::read_claim_file(file);
  const auto [known, is_new] = files.emplace(claim.id, file);
  if (!is_new) {
    if (std::filesystem::equivalent(known->second, file)) return claim.id;
    throw DataError(fmt::format("[audit] {}: the id \"{}\" is also that of the claim in {}", file,
                                claim.id, known->second));
  }
  if (set.claims().contains(claim.id)) {
    std::cerr << audit::printable(fmt::format(
                     "assay: note: {} stands in this audit for the registry's claim \"{}\"", file,
                     claim.id))
              << "\n";
  }
  return set.add(std::move(claim)).id;
}

// A claim is a file where its name ends in .toml, else an id of the registry. One that is named
// twice is judged, and counted, once.
std::vector<std::string> claim_ids(const po::variables_map& values, audit::ClaimSet& set,
                                   DataFaults& faults) {
  std::vector<std::string> ids;
  std::map<std::string, std::string> files;
  for (const std::string& name : texts(values, "claim")) {
    faults.guard([&] {
      const bool file = std::filesystem::path(name).extension() == ".toml";
      std::string id = file ? add_claim_file(name, set, files) : set.claim(name).id;
      if (std::find(ids.begin(), ids.end(), id) == ids.end()) {
        ids.push_back(std::move(id));
      } else {
        std::cerr << audit::printable(fmt::format(
                         "assay: note: the claim \"{}\" is named twice and judged once", id))
                  << "\n";
      }
    });
  }
  if (values.count("all")) {
    for (const auto& [id, claim] : set.claims()) ids.push_back(id);
  }
  if (ids.empty() && !faults.any()) {
    throw ConfigError("[audit] name claims or files, or give --all (--help)");
  }
  return ids;
}

audit::TotalDisclosure together(const std::vector<std::string>& ids, const audit::ClaimSet& set,
                                const Registry& registry, const audit::Evidence& evidence,
                                audit::Language language) {
  std::vector<const audit::Claim*> claims;
  claims.reserve(ids.size());
  for (const std::string& id : ids) claims.push_back(&set.claim(id));
  return audit::total_disclosure(claims, set, registry, audit::CostMethods::load(registry),
                                 evidence, language);
}

int import_table(const po::variables_map& values, const ClaimOutput& output,
                 const std::vector<std::string>& args, audit::Language language) {
  const std::vector<std::string> files = texts(values, "claim");
  if (files.size() != 1) throw ConfigError("[audit] --import wants one table's file (--help)");
  const Registry registry = Registry::load(find_registry(values["registry"].as<std::string>()));
  return run_import({.format = values["import"].as<std::string>(),
                     .file = files.front(),
                     .map = values["map"].as<std::string>(),
                     .csv = values["csv"].as<std::string>(),
                     .output = output,
                     .command = typed_again("audit", args)},
                    registry, language);
}

int run_audit(const std::vector<std::string>& args) {
  const po::variables_map values = parse_audit(args);
  if (values.count("help")) {
    std::cout
        << "Usage: assay audit ID...|FILE.toml...|--all [OPTIONS]\n"
           "       assay audit --import epoch FILE.csv [--csv ROWS.csv] [OPTIONS]\n"
           "       assay audit --import csv --map MAP.toml FILE.csv [OPTIONS]\n\n"
           "Checks published claims: their arithmetic, the physics, prices, power, scope and\n"
           "sources. Exits 1 where a verdict is inconsistent.\n\n"
        << audit_options();
    return 0;
  }
  const audit::Language language = parse_language(values["lang"].as<std::string>());
  const ClaimOutput output =
      claim_output(values["format"].as<std::string>(), values["out"].as<std::string>(),
                   values.count("json") > 0);
  audit::Evidence evidence = read_evidence(values);
  if (is_page(output) && evidence.cost_models.empty()) {
    evidence.cost_models = audit::parse_cost_models("all");
  }
  if (values.count("together") && (output.format == "md" || output.format == "csv")) {
    throw ConfigError("[audit] --together is in text, json and html, not in " + output.format);
  }
  if (values.count("import")) return import_table(values, output, args, language);
  ExpectedLabels expected;
  if (values.count("expect")) expected = audit::read_expected(values["expect"].as<std::string>());
  const Registry registry = Registry::load(find_registry(values["registry"].as<std::string>()));
  audit::ClaimSet set = audit::ClaimSet::load(registry.root());
  DataFaults faults;
  const std::vector<std::string> ids = claim_ids(values, set, faults);
  std::vector<Verdict> verdicts;
  verdicts.reserve(ids.size());
  for (const std::string& id : ids) {
    faults.guard([&] {
      verdicts.push_back(audit::judge(set.claim(id), set, registry, evidence, language));
    });
  }
  if (verdicts.empty()) return static_cast<int>(ExitCode::kData);
  refuse_unused(verdicts, evidence);
  std::optional<audit::TotalDisclosure> total;
  if (values.count("together")) total = together(ids, set, registry, evidence, language);
  if (values.count("metrics")) write_claim_metrics(verdicts, values["metrics"].as<std::string>());
  if (output.format == "json") {
    write_text(output.out, json_text(verdicts, total, registry));
  } else if (is_page(output)) {
    report::ClaimsPage page = claims_page(verdicts, set, registry, language);
    page.atlas = values.count("all") > 0;
    page.together = std::move(total);
    page.command = typed_again("audit", args);
    write_text(output.out, render_claims(page, output.format));
  } else {
    const std::optional<size_t> width =
        is_standard_output(output.out) ? terminal_width() : std::optional<size_t>();
    std::string text = terminal_text(verdicts, values, language, width);
    if (total) {
      const std::string sum = audit::total_disclosure_text(*total, language);
      text += "\n" + (width ? audit::wrapped(sum, *width) : sum);
    }
    write_text(output.out, text);
  }
  return faults.any() ? static_cast<int>(ExitCode::kData) : exit_code(verdicts, expected);
}

}  // namespace

Command audit_command() {
  return {"audit", "check published claims against arithmetic, physics and measurement", run_audit};
}

}  // namespace assay::app
