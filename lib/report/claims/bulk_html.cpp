#include <fmt/format.h>

#include <iterator>
#include <map>
#include <string_view>

#include "audit/bulk/bulk_summary.h"
#include "audit/output/number_text.h"
#include "report/claims/claim_article.h"
#include "report/claims/claims_html.h"
#include "report/claims/range_chart.h"
#include "report/html_text.h"
#include "report/wording.h"

namespace assay::report {
namespace {

class BulkWriter {
 public:
  BulkWriter(const audit::BulkAudit& audit, audit::Language language)
      : audit_(audit), summary_(audit::summarise(audit)), language_(language) {}

  std::string write() {
    open_section("summary", "section.summary");
    add("<p>{}</p>",
        escape(fmt::format(fmt::runtime(say("bulk.rows")), summary_.rows, summary_.faulty)));
    write_counts("bulk.verdicts", summary_.labels, "verdict", "verdict.");
    write_counts("bulk.rules_fail", summary_.fails, "bulk.rule", {});
    write_counts("bulk.rules_flag", summary_.flags, "bulk.rule", {});
    write_counts("bulk.unknown", summary_.unknown_hardware, "bulk.hardware", {});
    text_ += "</section>\n";
    write_utilisation("by-year", "bulk.by_year", summary_.by_year);
    write_utilisation("by-device", "bulk.by_device", summary_.by_device);
    write_rows();
    return std::move(text_);
  }

  std::vector<std::pair<std::string, std::string>> navigation;

 private:
  template <class... Args>
  void add(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
  }
  [[nodiscard]] std::string say(std::string_view id) const {
    return std::string(report::wording(language_, id));
  }

  void open_section(const std::string& id, std::string_view name) {
    add("<section id=\"{}\"><h2>{}</h2>", id, escape(say(name)));
    navigation.emplace_back(id, say(name));
  }

  void write_counts(std::string_view title, const std::map<std::string, size_t>& counts,
                    std::string_view what, const std::string& prefix) {
    if (counts.empty()) return;
    VerdictTable table{.title = say(title), .header = {say(what), say("bulk.count")}, .rows = {}};
    for (const auto& [name, count] : counts) {
      const std::string key = name == audit::kNoVerdict ? "none" : name;
      table.rows.push_back({prefix.empty() ? name : say(prefix + key), std::to_string(count)});
    }
    text_ += verdict_table_html(table);
  }

  void write_utilisation(const std::string& id, std::string_view title,
                         const std::map<std::string, audit::UtilisationGroup>& groups) {
    if (groups.empty()) return;
    open_section(id, title);
    RangeChart chart{.title = say("bulk.note"),
                     .unit = {},
                     .logarithmic = false,
                     .percent = true,
                     .axis_low = 0,
                     .axis_high = 1};
    for (const auto& [name, group] : groups) {
      chart.rows.push_back(
          {.label = name,
           .href = {},
           .text = fmt::format("{} ({} – {}), n = {}", audit::percent_text(group.median),
                               audit::percent_text(group.low), audit::percent_text(group.high),
                               group.rows),
           .value = group.median,
           .low = group.low,
           .high = group.high});
    }
    text_ += range_chart_html(chart) + "</section>\n";
  }

  void write_rows() {
    open_section("rows", "bulk.rows.title");
    add("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{0}\"><table "
        "class=\"inputs\"><thead><tr><th scope=\"col\">{0}</th><th scope=\"col\">{1}</th><th "
        "scope=\"col\">MFU</th><th scope=\"col\">{2}</th></tr></thead><tbody>",
        escape(say("bulk.rows.title")), escape(say("verdict")), escape(say("note")));
    for (const audit::AuditedRow& row : audit_.rows) write_row(row);
    text_ += "</tbody></table></div></section>\n";
  }

  void write_row(const audit::AuditedRow& row) {
    std::string note = row.verdict.sentence;
    for (const std::string& fault : row.row.faults) note += (note.empty() ? "" : " ") + fault;
    add("<tr><td>{}: {} <span class=\"claim-id\">{} · {}</span></td><td>{}</td><td "
        "class=\"number\">{}</td>"
        "<td>{}</td></tr>",
        row.row.line, escape(row.row.text("name")), escape(row.row.text("date")),
        escape(row.row.text("hardware")), label_badge_html(language_, row.verdict),
        row.mfu ? audit::percent_text(*row.mfu) : std::string("–"), escape(note));
  }

  const audit::BulkAudit& audit_;
  audit::BulkSummary summary_;
  audit::Language language_;
  std::string text_;
};

}  // namespace

std::string bulk_html(const audit::BulkAudit& audit, const std::string& registry_hash,
                      const std::string& command, audit::Language language) {
  BulkWriter writer(audit, language);
  const std::string main = writer.write();
  const auto say = [&](std::string_view id) { return std::string(report::wording(language, id)); };
  return framed_html({.language = language,
                      .kicker = say("bulk.title"),
                      .title = audit.table,
                      .meta = {{say("command"), command}, {say("registry"), registry_hash}},
                      .navigation = std::move(writer.navigation),
                      .script = {}},
                     main);
}

}  // namespace assay::report
