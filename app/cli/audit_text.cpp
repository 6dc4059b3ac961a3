#include "app/cli/audit_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <nlohmann/json.hpp>

#include "app/cli/claim_output.h"
#include "app/cli/text_output.h"
#include "audit/expected_labels.h"
#include "audit/output/line_wrap.h"
#include "audit/output/number_text.h"
#include "audit/output/verdict_json.h"
#include "audit/output/verdict_text.h"
#include "error/error.h"
#include "report/claim_metrics.h"

namespace assay::app {
namespace {

namespace po = boost::program_options;

// Why an assumption changed nothing in a claim; empty where it did.
std::string reason_unused(const Verdict& verdict, const std::string& name) {
  for (const UnusedAssumption& unused : verdict.unused_assumptions) {
    if (unused.name == name) return fmt::format("{}: {}", verdict.claim_id, unused.reason);
  }
  return {};
}

}  // namespace

std::string terminal_text(const std::vector<Verdict>& verdicts, const po::variables_map& values,
                          audit::Language language, std::optional<size_t> width) {
  const bool explain = values.count("explain") > 0;
  const bool asked = explain || values.count("uncertainty") > 0 ||
                     values.count("cost-models") > 0 || values.count("set") > 0;
  if (values.count("brief") || (values.count("all") && !asked)) {
    const bool table = values.count("brief") == 0;
    return (table ? audit::verdict_table : audit::verdict_list)(verdicts, language, width);
  }
  std::string text;
  for (const Verdict& verdict : verdicts) {
    if (!text.empty()) text += "\n";
    text += audit::verdict_text(verdict, language, explain, values.count("uncertainty") > 0);
  }
  return width ? audit::wrapped(text, *width) : text;
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
int exit_code(const std::vector<Verdict>& verdicts, const ExpectedLabels& expected) {
  if (expected) {
    const std::vector<std::string> lines = audit::differences(verdicts, *expected);
    for (const std::string& line : lines) std::cerr << audit::printable(line) << "\n";
    return lines.empty() ? 0 : static_cast<int>(ExitCode::kFinding);
  }
  for (const Verdict& verdict : verdicts) {
    if (verdict.label == Label::kInconsistent) return static_cast<int>(ExitCode::kFinding);
  }
  return 0;
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
  write_text(file, registry.text());
}

}  // namespace assay::app
