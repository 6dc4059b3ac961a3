#include "app/cli/claim_output.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <string_view>
#include <utility>

#include "app/cli/build_info.h"
#include "audit/auditor.h"
#include "error/error.h"
#include "registry/registry_version.h"
#include "report/claims/chain_csv.h"
#include "report/claims/claims_html.h"
#include "report/claims/claims_markdown.h"

namespace assay::app {
namespace {

constexpr std::array<std::string_view, 6> kClaimFormats{"text", "html", "md",
                                                        "csv",  "json", "cite"};

std::string today_utc() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[16];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%d", &parts)};
}

std::string citations(const report::ClaimsPage& page) {
  std::string text;
  for (const Verdict& verdict : page.verdicts) {
    text += (text.empty() ? "" : "\n") + report::plain_citation(verdict, page.cited_with) + "\n\n" +
            report::bibtex_citation(verdict, page.cited_with);
  }
  return text;
}

}  // namespace

ClaimOutput claim_output(const std::string& format, const std::string& out, bool json) {
  const std::string chosen = format.empty() ? (json ? "json" : "text") : format;
  if (std::find(kClaimFormats.begin(), kClaimFormats.end(), chosen) == kClaimFormats.end()) {
    throw ConfigError(
        fmt::format("[audit] unknown format: {} ({})", chosen, fmt::join(kClaimFormats, ", ")));
  }
  if (json && chosen != "json") {
    throw ConfigError(fmt::format("[audit] --json and --format {} are two formats", chosen));
  }
  return {chosen, out};
}

bool is_page(const ClaimOutput& output) {
  return output.format == "html" || output.format == "md" || output.format == "csv" ||
         output.format == "cite";
}

std::string typed_again(const std::string& command, const std::vector<std::string>& args) {
  std::string line = "assay " + command;
  for (const std::string& arg : args) {
    const bool plain = arg.find_first_of(" \"'$\\;&|<>()*?`") == std::string::npos && !arg.empty();
    line += plain ? " " + arg : fmt::format(" \"{}\"", arg);
  }
  return line;
}

report::CitedWith cited_with(const Registry& registry) {
  const BuildInfo build = build_info();
  const std::string commit = build.commit.substr(0, build.commit.find('-')).substr(0, 12);
  return {.registry_version = registry_version(registry.root()),
          .registry_hash = registry.hash(),
          .program_version = commit.empty() ? build.version : build.version + "+" + commit,
          .accessed = today_utc()};
}

report::ClaimsPage claims_page(std::vector<Verdict> verdicts, const audit::ClaimSet& set,
                               const Registry& registry, audit::Language language) {
  audit::Evidence none;
  none.plan.draws = 0;
  std::vector<Verdict> known;
  known.reserve(set.claims().size());
  for (const auto& [id, claim] : set.claims()) {
    known.push_back(audit::judge(claim, set, registry, none, language));
  }
  report::ClaimsPage page = report::make_claims_page(
      std::move(verdicts), {.set = set, .registry = registry, .known = known}, language);
  page.cited_with = cited_with(registry);
  return page;
}

std::string render_claims(const report::ClaimsPage& page, const std::string& format) {
  if (format == "html") return report::claims_html(page);
  if (format == "md") return report::claims_markdown(page);
  if (format == "csv") return report::chain_csv(page);
  return citations(page);
}

}  // namespace assay::app
