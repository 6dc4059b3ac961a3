#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/cli/claim_output.h"
#include "app/cli/command_line.h"
#include "app/cli/data_faults.h"
#include "app/cli/import_audit.h"
#include "app/cli/language_option.h"
#include "app/command.h"
#include "audit/auditor.h"
#include "audit/claims/claim_reader.h"
#include "audit/costs/cost_models.h"
#include "audit/costs/total_disclosure.h"
#include "audit/expected_labels.h"
#include "audit/output/number_text.h"
#include "audit/output/verdict_json.h"
#include "audit/output/verdict_text.h"
#include "error/error.h"
#include "report/claim_metrics.h"

namespace assay::app {
namespace {

namespace po = boost::program_options;

po::options_description audit_options() {
  po::options_description options("Options");
  options.add_options()("help,h", "this text")("all", "every claim of the registry")(
      "run", po::value<std::vector<std::string>>()->composing(),
      "a run directory as evidence; may be repeated")(
      "probe", po::value<std::vector<std::string>>()->composing(),
      "layer timings (JSON) as evidence; may be repeated")(
      "set", po::value<std::vector<std::string>>()->composing(),
      "own assumption: price=2.5, mfu=0.4 or tokens=14.8e12; may be repeated")(
      "import", po::value<std::string>(),
      "audit every row of a table: epoch (Epoch AI's columns) or csv (with --map); the table is "
      "the argument")("map", po::value<std::string>()->default_value(""),
                      "TOML file that says which column of the table is what")(
      "csv", po::value<std::string>()->default_value(""),
      "with --import: write one line a row to this file")(
      "metrics", po::value<std::string>(),
      "also write the claims as Prometheus metrics to this file (*.prom)")(
      "explain", "every check with its formula, inputs and sources")(
      "uncertainty", "90 % intervals, what moves them, and what would have to be true")(
      "cost-models", po::value<std::string>(),
      "the run by published methods side by side: all, or some of rent, cloud, committed, "
      "amortised, acquisition, tco, energy, carbon, predicted, rollouts, programme")(
      "together", "what the claims disclose together, and as a whole programme's final runs")(
      "draws", po::value<int>()->default_value(audit::DrawPlan{}.draws),
      "draws of the Monte Carlo intervals; 0: none")(
      "seed", po::value<uint64_t>()->default_value(audit::DrawPlan{}.seed), "seed of the draws")(
      "brief", "one line a claim, as with --all")(
      "expect", po::value<std::string>(),
      "a TOML file of expected verdicts: exit 1 only where one differs")("json", "print JSON")(
      "format", po::value<std::string>()->default_value(""),
      "text, html (with --all: the atlas), md, csv (the chain, a line a step), json, or cite "
      "(plain "
      "and BibTeX) [text]")("out,o", po::value<std::string>()->default_value(""),
                            "file to write to [standard output]")(
      "lang", po::value<std::string>()->default_value("en"), "language of the text: en or ja")(
      "registry", po::value<std::string>()->default_value(""), "the registry's folder");
  return options;
}

po::variables_map parse_audit(const std::vector<std::string>& args) {
  po::options_description all = audit_options();
  all.add_options()("claim", po::value<std::vector<std::string>>());
  po::positional_options_description positional;
  positional.add("claim", -1);
  return parse_command_line("audit", args, all, positional);
}

std::vector<std::string> texts(const po::variables_map& values, const char* name) {
  return values.count(name) ? values[name].as<std::vector<std::string>>()
                            : std::vector<std::string>();
}

// A file's claim takes the place of the registry's with the same id, which is said.
std::string add_claim_file(const std::string& file, audit::ClaimSet& set) {
  audit::Claim claim = audit::read_claim_file(file);
  if (set.claims().contains(claim.id)) {
    std::cerr << audit::printable(fmt::format(
                     "assay: note: {} stands in this audit for the registry's claim \"{}\"", file,
                     claim.id))
              << "\n";
  }
  return set.add(std::move(claim)).id;
}

// A claim is a file where its name ends in .toml, else an id of the registry.
std::vector<std::string> claim_ids(const po::variables_map& values, audit::ClaimSet& set,
                                   DataFaults& faults) {
  std::vector<std::string> ids;
  for (const std::string& name : texts(values, "claim")) {
    faults.guard([&] {
      const bool file = std::filesystem::path(name).extension() == ".toml";
      ids.push_back(file ? add_claim_file(name, set) : set.claim(name).id);
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

audit::Evidence read_evidence(const po::variables_map& values) {
  audit::Evidence evidence;
  for (const std::string& dir : texts(values, "run"))
    evidence.runs.push_back(read_run(dir, StepDetail::kTotals));
  for (const std::string& file : texts(values, "probe")) {
    evidence.probes.push_back(read_probe_record(file));
  }
  for (const std::string& text : texts(values, "set")) {
    const auto [name, measure] = audit::parse_assumption(text);
    if (!evidence.assumptions.emplace(name, measure).second) {
      throw ConfigError(fmt::format("[audit] --set {} is given twice", name));
    }
  }
  evidence.plan = {values["draws"].as<int>(), values["seed"].as<uint64_t>()};
  if (values.count("cost-models")) {
    evidence.cost_models = audit::parse_cost_models(values["cost-models"].as<std::string>());
  }
  constexpr int kMostDraws = 1'000'000;
  const int draws = evidence.plan.draws;
  if (draws != 0 && (draws < 100 || draws > kMostDraws)) {
    throw ConfigError("[audit] --draws is 0 or 100 to 1000000: " + std::to_string(draws));
  }
  if (draws == 0 && values.count("uncertainty")) {
    throw ConfigError("[audit] --uncertainty needs draws");
  }
  return evidence;
}

size_t terminal_width() {
  winsize size{};
  const bool terminal = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 60;
  return terminal ? size.ws_col : 160;
}

std::string terminal_text(const std::vector<Verdict>& verdicts, const po::variables_map& values,
                          audit::Language language) {
  const bool explain = values.count("explain") > 0;
  // What the reader asked for beside the verdicts does not fit in one line a claim.
  const bool asked = explain || values.count("uncertainty") > 0 ||
                     values.count("cost-models") > 0 || values.count("set") > 0;
  if (values.count("brief") && asked) {
    throw ConfigError(
        "[audit] --brief is one line a claim; it goes without --explain, --uncertainty, "
        "--cost-models and --set");
  }
  if (values.count("brief") || (values.count("all") && !asked)) {
    return audit::verdict_list(verdicts, language, terminal_width());
  }
  std::string text;
  for (const Verdict& verdict : verdicts) {
    if (!text.empty()) text += "\n";
    text += audit::verdict_text(verdict, language, explain, values.count("uncertainty") > 0);
  }
  return text;
}

// Why an assumption changed nothing in a claim; empty where it did.
std::string reason_unused(const Verdict& verdict, const std::string& name) {
  for (const UnusedAssumption& unused : verdict.unused_assumptions) {
    if (unused.name == name) return fmt::format("{}: {}", verdict.claim_id, unused.reason);
  }
  return {};
}

// An assumption that changes nothing in any of the claims is a wrong command line.
void refuse_unused(const std::vector<Verdict>& verdicts, const audit::Evidence& evidence) {
  for (const auto& given : evidence.assumptions) {
    const std::string& name = given.first;
    std::string reason;
    const bool used = std::any_of(verdicts.begin(), verdicts.end(), [&](const Verdict& verdict) {
      reason = reason_unused(verdict, name);
      return reason.empty();
    });
    if (!used) {
      throw ConfigError(fmt::format("[audit] --set {} changes nothing: {}", name, reason));
    }
  }
}

// With --expect a finding is a verdict that differs, else an inconsistent one.
int exit_code(const std::vector<Verdict>& verdicts, const po::variables_map& values) {
  if (values.count("expect")) {
    const std::vector<std::string> lines =
        audit::differences(verdicts, audit::read_expected(values["expect"].as<std::string>()));
    for (const std::string& line : lines) std::cerr << audit::printable(line) << "\n";
    return lines.empty() ? 0 : static_cast<int>(ExitCode::kFinding);
  }
  for (const Verdict& verdict : verdicts) {
    if (verdict.label == Label::kInconsistent) return static_cast<int>(ExitCode::kFinding);
  }
  return 0;
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

std::string json_text(const std::vector<Verdict>& verdicts,
                      const std::optional<audit::TotalDisclosure>& total,
                      const Registry& registry) {
  nlohmann::ordered_json json = audit::audit_json(verdicts, registry.hash());
  const report::CitedWith with = cited_with(registry);
  json["registry_version"] = nullptr;
  if (!with.registry_version.empty()) json["registry_version"] = with.registry_version;
  for (size_t i = 0; i < verdicts.size(); ++i) {
    json["claims"][i]["citation"] = {{"plain", report::plain_citation(verdicts[i], with)},
                                     {"bibtex", report::bibtex_citation(verdicts[i], with)}};
  }
  if (total) json["together"] = audit::total_disclosure_json(*total);
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

void write_claim_metrics(const std::vector<Verdict>& verdicts, const std::string& file) {
  MetricsRegistry registry;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  show_verdicts(registry, verdicts, std::chrono::duration<double>(now).count());
  registry.write_textfile(file);
}

int import_table(const po::variables_map& values, const ClaimOutput& output,
                 const std::vector<std::string>& args, audit::Language language) {
  const std::vector<std::string> files = texts(values, "claim");
  if (files.size() != 1 || values.count("all")) {
    throw ConfigError("[audit] --import wants one table's file (--help)");
  }
  if (values.count("metrics")) {
    throw ConfigError("[audit] --metrics is for claims, not for the rows of --import");
  }
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
  if (values.count("import")) {
    if (!evidence.assumptions.empty()) throw ConfigError("[audit] --set does not go with --import");
    if (values.count("cost-models")) {
      throw ConfigError("[audit] --cost-models does not go with --import");
    }
    return import_table(values, output, args, language);
  }
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
    write_output(output, json_text(verdicts, total, registry));
  } else if (is_page(output)) {
    report::ClaimsPage page = claims_page(verdicts, set, registry, language);
    page.atlas = values.count("all") > 0;
    page.together = std::move(total);
    page.command = typed_again("audit", args);
    write_output(output, render_claims(page, output.format));
  } else {
    std::string text = terminal_text(verdicts, values, language);
    if (total) text += "\n" + audit::total_disclosure_text(*total, language);
    write_output(output, text);
  }
  return faults.any() ? static_cast<int>(ExitCode::kData) : exit_code(verdicts, values);
}

}  // namespace

Command audit_command() {
  return {"audit", "check published claims against arithmetic, physics and measurement", run_audit};
}

}  // namespace assay::app
