#include "app/cli/audit_options.h"

#include <fmt/format.h>

#include <boost/program_options.hpp>
#include <chrono>
#include <string>

#include "app/cli/command_line.h"
#include "app/cli/text_output.h"
#include "audit/costs/cost_models.h"
#include "audit/costs/total_disclosure.h"
#include "error/error.h"

namespace assay::app {

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
      "with --import: write one line a row to this file (- is standard output)")(
      "metrics", po::value<std::string>(),
      "also write the claims as Prometheus metrics to this file (*.prom; - is standard output)")(
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
                            "file to write to; - is standard output [-]")(
      "lang", po::value<std::string>()->default_value("en"), "language of the text: en or ja")(
      "registry", po::value<std::string>()->default_value(""), "the registry's folder");
  return options;
}

namespace {

// Options that mean something for claims alone, or for a table's rows alone.
void check_import(const po::variables_map& values) {
  if (values.count("import") == 0) {
    for (const char* option : {"map", "csv"}) {
      if (!values[option].defaulted()) {
        throw ConfigError(fmt::format("[audit] --{} goes with --import", option));
      }
    }
    return;
  }
  for (const char* option : {"all", "run", "probe", "set", "metrics", "explain", "uncertainty",
                             "cost-models", "together", "brief", "expect"}) {
    if (values.count(option)) {
      throw ConfigError(fmt::format("[audit] --{} does not go with --import", option));
    }
  }
}

// Of the clock, in universal time: YYYY-MM-DD.
std::string this_day() {
  const auto day = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  const std::chrono::year_month_day date(day);
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

// What does not go together is told before anything is read or printed.
void check_together(const po::variables_map& values) {
  if (values.count("help")) return;
  check_import(values);
  if (values.count("all") && values.count("claim")) {
    throw ConfigError(
        fmt::format("[audit] --all is every claim of the registry; it goes without \"{}\"",
                    values["claim"].as<std::vector<std::string>>().front()));
  }
  // What the reader asked for beside the verdicts does not fit in one line a claim.
  if (values.count("brief") == 0) return;
  for (const char* asked : {"explain", "uncertainty", "cost-models", "set"}) {
    if (values.count(asked)) {
      throw ConfigError(
          fmt::format("[audit] --brief is one line a claim; it goes without --{}", asked));
    }
  }
}

// One text goes to standard output, not two.
void check_standard_output(const po::variables_map& values) {
  if (!is_standard_output(values["out"].as<std::string>())) return;
  for (const char* option : {"csv", "metrics"}) {
    if (values.count(option) == 0 || values[option].as<std::string>() != "-") continue;
    throw ConfigError(
        fmt::format("[audit] --{} - wants --out FILE: the result goes to standard output", option));
  }
}

}  // namespace

po::variables_map parse_audit(const std::vector<std::string>& args) {
  po::options_description all = audit_options();
  all.add_options()("claim", po::value<std::vector<std::string>>());
  po::positional_options_description positional;
  positional.add("claim", -1);
  po::variables_map values = parse_command_line("audit", args, all, positional);
  check_together(values);
  check_standard_output(values);
  return values;
}

std::vector<std::string> texts(const po::variables_map& values, const char* name) {
  return values.count(name) ? values[name].as<std::vector<std::string>>()
                            : std::vector<std::string>();
}

audit::Evidence read_evidence(const po::variables_map& values) {
  audit::Evidence evidence;
  for (const std::string& dir : texts(values, "run")) {
    evidence.runs.push_back(read_run(dir, StepDetail::kTotals));
  }
  for (const std::string& file : texts(values, "probe")) {
    evidence.probes.push_back(read_probe_record(file));
  }
  for (const std::string& text : texts(values, "set")) {
    const auto [name, measure] = audit::parse_assumption(text);
    if (!evidence.assumptions.emplace(name, measure).second) {
      throw ConfigError(fmt::format("[audit] --set {} is given twice", name));
    }
  }
  evidence.today = this_day();
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

}  // namespace assay::app
