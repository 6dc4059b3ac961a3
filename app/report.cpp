#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <filesystem>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/cli/claim_output.h"
#include "app/cli/command_line.h"
#include "app/cli/follow_run.h"
#include "app/cli/language_option.h"
#include "app/cli/progress_display.h"
#include "app/cli/text_output.h"
#include "app/command.h"
#include "audit/auditor.h"
#include "audit/claims/claim_set.h"
#include "audit/costs/cost_models.h"
#include "config/toml_reader.h"
#include "cost/price_sheet.h"
#include "error/error.h"
#include "registry/registry.h"
#include "report/build_document.h"
#include "report/csv.h"
#include "report/html.h"
#include "report/markdown.h"
#include "report/report_input.h"
#include "report/report_json.h"
#include "specs/family.h"

namespace assay::app {
namespace {

namespace fs = std::filesystem;
namespace po = boost::program_options;

struct ReportOptions {
  bool help = false;
  bool follow = false;
  ProgressStyle progress = ProgressStyle::kAuto;
  std::vector<std::string> runs;
  std::vector<std::string> formats;
  std::vector<std::string> claims;
  std::string out;
  std::string registry;
  std::string price;
  std::string energy_price;
  std::string node_overhead;
  std::optional<double> pue;
  audit::Language language = audit::Language::kEnglish;
};

struct Format {
  std::string_view name;
  std::string_view suffix;
  std::string (*render)(const report::Document&);
};

constexpr std::array kFormats{
    Format{"html", ".html", report::to_html}, Format{"md", ".md", report::to_markdown},
    Format{"json", ".json", report::to_json}, Format{"csv", ".csv", report::to_csv}};

const Format& format_named(const std::string& name) {
  for (const Format& format : kFormats) {
    if (format.name == name) return format;
  }
  throw ConfigError(fmt::format("[report] unknown format: {} (html, md, json, csv)", name));
}

std::vector<std::string> split_at_commas(const std::string& text) {
  std::vector<std::string> parts;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find(',', begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

po::options_description report_options(ReportOptions& options, std::string& formats,
                                       std::string& language) {
  po::options_description visible("Options");
  auto add = visible.add_options();
  add("format", po::value(&formats)->default_value("html"), "html, md, json, csv, by commas");
  add("audit", po::value(&options.claims), "ids of claims to show beside the runs, by commas");
  add("out", po::value(&options.out),
      "file, or - for standard output; the suffix is added where there are several formats or it "
      "has none [RUN/report]");
  add("lang", po::value(&language)->default_value("en"), "en or ja");
  add("price", po::value(&options.price),
      "price of a device-hour instead of the run's: \"2.0 USD/gpu_h\", or the id of a price of the "
      "registry");
  add("energy-price", po::value(&options.energy_price),
      "price of energy, where the device price does not cover it: \"0.15 USD/kWh\"");
  add("node-overhead", po::value(&options.node_overhead),
      "power that all nodes draw beside the metered devices: \"250 W\"; with --energy-price");
  add("pue", po::value<double>(),
      "power usage effectiveness of the building, at least 1; with --energy-price");
  add("follow,f", "show one run as it goes on, instead of a report");
  add("progress", po::value<std::string>()->default_value("auto"),
      "with --follow: auto (one line on a terminal, else plain lines), plain or json");
  add("registry", po::value(&options.registry), "folder of the registry");
  add("help,h", "this text");
  return visible;
}

void require_energy_price(const ReportOptions& options) {
  if ((options.pue || !options.node_overhead.empty()) && options.energy_price.empty()) {
    throw ConfigError("[report] --pue and --node-overhead want --energy-price: they are joules");
  }
  if (options.pue && !(*options.pue >= 1 && *options.pue < 10)) {
    throw ConfigError(
        fmt::format("[report] no power usage effectiveness: {} (1 to 10)", *options.pue));
  }
}

// Options that one use of the command would not look at.
void expect_follow_options(const po::variables_map& values) {
  const bool follows = values.count("follow") > 0;
  for (const auto& [name, value] : values) {
    const bool is_common = name == "run" || name == "registry" || name == "follow";
    if (value.defaulted() || is_common || (name == "progress") == follows) continue;
    throw ConfigError(follows ? fmt::format("[report] --{} does not go with --follow: it writes no "
                                            "report",
                                            name)
                              : "[report] --progress goes with --follow");
  }
}

ReportOptions parse_report_options(const std::vector<std::string>& args) {
  ReportOptions options;
  std::string formats;
  std::string language;
  const po::options_description visible = report_options(options, formats, language);
  po::options_description all;
  all.add(visible).add_options()("run", po::value(&options.runs));
  po::positional_options_description places;
  places.add("run", -1);
  const po::variables_map values = parse_command_line("report", args, all, places);
  options.help = values.count("help") > 0;
  if (options.help) {
    std::cout << "Usage: assay report RUN... [OPTIONS]\n\nOne run or several side by side, in one "
                 "file that works offline.\n\n"
              << visible;
    return options;
  }
  expect_follow_options(values);
  if (values.count("pue") > 0) options.pue = values["pue"].as<double>();
  require_energy_price(options);
  options.follow = values.count("follow") > 0;
  options.progress = parse_progress_style(values["progress"].as<std::string>());
  if (options.follow && options.runs.size() != 1) {
    throw ConfigError("[report] --follow wants one run directory");
  }
  options.formats = split_at_commas(formats);
  if (options.formats.size() > 1) expect_path("report", "--out with several formats", options.out);
  options.language = parse_language(language);
  if (options.runs.empty() && options.claims.empty()) {
    throw ConfigError("[report] name a run directory (assay report RUN), or claims (--audit ID)");
  }
  if (options.runs.empty() && options.out.empty()) {
    throw ConfigError("[report] say where to write a report without a run: --out FILE");
  }
  return options;
}

// A price on the command line that cannot be read is a fault of the command line.
template <class Parse>
auto from_command_line(const Parse& parse) {
  try {
    return parse();
  } catch (const DataError& error) {
    throw ConfigError(error.what());
  }
}

RunPrices prices_of(const RunManifest& manifest, const Registry& registry,
                    const ReportOptions& options) {
  RunPrices prices;
  const auto sheet = registry.prices().find(options.price);
  if (options.price.empty()) {
    prices.rent = rent_of(manifest);
  } else if (sheet != registry.prices().end()) {
    prices.rent = rent_of_sheet(sheet->second, manifest);
  } else if (options.price.find_first_of("0123456789.+-") != 0) {
    static_cast<void>(registry.price(options.price));  // no amount, so a name
  } else {
    prices.rent = from_command_line(
        [&] { return parse_rent(options.price, "--price", Provenance::kAssumed); });
    if (!(prices.rent->value.per_gpu_hour.amount > 0)) {
      throw ConfigError(fmt::format("[report] --price is not above zero: {}", options.price));
    }
  }
  if (!options.energy_price.empty()) {
    prices.energy_kwh = from_command_line([&] {
      return parse_energy_price(options.energy_price, "--energy-price", Provenance::kAssumed);
    });
  }
  if (!options.node_overhead.empty()) {
    prices.node_overhead = from_command_line([&] {
      return parse_node_overhead(options.node_overhead, "--node-overhead", Provenance::kAssumed);
    });
  }
  if (options.pue) prices.pue = {*options.pue, std::nullopt, Provenance::kAssumed, "--pue"};
  return prices;
}

RunReport report_of(RunRecord record, const Registry& registry, const ReportOptions& options) {
  const RunManifest& manifest = record.manifest();
  const RunPrices prices = prices_of(record.priced_manifest(), registry, options);
  std::optional<ModelSpec> spec;
  std::string no_spec = "the manifest holds no model table";
  if (!manifest.model_toml.empty()) {
    const Document document{.kind = DocumentKind::kData,
                            .module = "report",
                            .name = "model_toml of " + (record.dir / "manifest.json").string()};
    spec = spec_from_table(read_toml(manifest.model_toml, document), manifest.model_id);
  }
  const auto device = registry.devices().find(
      manifest.devices.empty() ? std::string() : manifest.devices.front().registry_id);
  const Device* known = device == registry.devices().end() ? nullptr : &device->second;
  return make_run_report(std::move(record), prices, spec, no_spec, known);
}

std::vector<Verdict> verdicts_of(const ReportOptions& options, const Registry& registry,
                                 const std::vector<RunReport>& runs) {
  std::vector<Verdict> verdicts;
  if (options.claims.empty()) return verdicts;
  const audit::ClaimSet claims = audit::ClaimSet::load(registry.root());
  audit::Evidence evidence;
  evidence.cost_models = audit::parse_cost_models("all");
  for (const RunReport& run : runs) evidence.runs.push_back(run.record);
  for (const std::string& argument : options.claims) {
    for (const std::string& id : split_at_commas(argument)) {
      verdicts.push_back(
          audit::judge(claims.claim(id), claims, registry, evidence, options.language));
    }
  }
  return verdicts;
}

std::string now_utc() {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
}

fs::path output_of(const ReportOptions& options, const Format& format) {
  const fs::path beside = options.runs.empty() ? fs::path() : fs::path(options.runs.front());
  fs::path out = options.out.empty() ? beside / "report" : fs::path(options.out);
  if (options.formats.size() == 1 && (out.has_extension() || out == "-")) return out;
  return fs::path(out.string() + std::string(format.suffix));
}

int run(const std::vector<std::string>& args) {
  const ReportOptions options = parse_report_options(args);
  if (options.help) return 0;
  for (const std::string& name : options.formats) format_named(name);
  const Registry registry = Registry::load(find_registry(options.registry));
  if (options.follow) {
    follow_run(options.runs.front(), registry, options.progress);
    return 0;
  }
  ReportInput input;
  for (const std::string& dir : options.runs) {
    input.runs.push_back(report_of(read_run(dir, StepDetail::kTotals), registry, options));
    if (options.pue && !input.runs.back().energy.total && options.node_overhead.empty()) {
      std::cerr << fmt::format(
          "assay: warning: --pue changes nothing for {}: no energy was measured and no "
          "--node-overhead is named\n",
          dir);
    }
  }
  input.verdicts = verdicts_of(options, registry, input.runs);
  input.registry_hash = registry.hash();
  input.command = typed_again("report", args);
  input.generated_utc = now_utc();
  input.language = options.language;
  const report::Document document = report::build_document(input);
  for (const std::string& name : options.formats) {
    const Format& format = format_named(name);
    const fs::path path = output_of(options, format);
    write_text(path.string(), format.render(document));
    if (!is_standard_output(path.string())) std::cout << path.string() << "\n";
  }
  return 0;
}

}  // namespace

Command report_command() {
  return {"report", "one run or several side by side, as HTML, Markdown, JSON or CSV", run};
}

}  // namespace assay::app
