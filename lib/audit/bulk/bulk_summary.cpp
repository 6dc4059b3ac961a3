#include "audit/bulk/bulk_summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "audit/output/message.h"
#include "audit/output/number_text.h"
#include "formats/csv_writer.h"

namespace assay::audit {
namespace {

using Json = nlohmann::ordered_json;

std::string label_name(const AuditedRow& row) {
  return row.verdict.label ? std::string(to_string(*row.verdict.label)) : std::string(kNoVerdict);
}

std::set<std::string> rules_with(const AuditedRow& row, CheckResult result) {
  std::set<std::string> rules;
  for (const Check& check : row.verdict.checks) {
    if (check.result == result) rules.insert(check.rule);
  }
  return rules;
}

std::map<std::string, UtilisationGroup> grouped(
    const std::map<std::string, std::vector<double>>& values) {
  std::map<std::string, UtilisationGroup> groups;
  for (const auto& [name, list] : values) {
    std::vector<double> sorted = list;
    std::sort(sorted.begin(), sorted.end());
    const size_t middle = sorted.size() / 2;
    const double median =
        sorted.size() % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    groups[name] = {sorted.size(), sorted.front(), median, sorted.back()};
  }
  return groups;
}

std::string bars(const std::map<std::string, UtilisationGroup>& groups) {
  constexpr double kCharacters = 50;  // for 100 %
  std::string text;
  for (const auto& [name, group] : groups) {
    const auto length = static_cast<size_t>(std::lround(std::min(group.median, 1.0) * kCharacters));
    text += fmt::format("  {:<16} {:>7}  {:<25} n = {}, {} - {}\n", printable(name),
                        percent_text(group.median), std::string(length, '#').substr(0, 50),
                        group.rows, percent_text(group.low), percent_text(group.high));
  }
  return text;
}

void add_counts(const std::map<std::string, size_t>& counts, std::string& text) {
  std::vector<std::pair<std::string, size_t>> sorted(counts.begin(), counts.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  for (const auto& [name, count] : sorted) {
    text += fmt::format("  {:>5}  {}\n", count, printable(name));
  }
}

Json groups_json(const std::map<std::string, UtilisationGroup>& groups) {
  Json json = Json::object();
  for (const auto& [name, group] : groups) {
    json[name] = {
        {"rows", group.rows}, {"low", group.low}, {"median", group.median}, {"high", group.high}};
  }
  return json;
}

Json row_json(const AuditedRow& row) {
  return {{"line", row.row.line},
          {"name", row.row.text("name")},
          {"date", row.row.text("date")},
          {"hardware", row.row.text("hardware")},
          {"device", row.device.empty() ? Json() : Json(row.device)},
          {"device_candidates", row.candidates.empty() ? Json() : Json(row.candidates)},
          {"verdict", row.verdict.label ? Json(label_name(row)) : Json()},
          {"implied_mfu", row.mfu ? Json(*row.mfu) : Json()},
          {"flags", rules_with(row, CheckResult::kFlag)},
          {"fails", rules_with(row, CheckResult::kFail)},
          {"faults", row.row.faults},
          {"assumptions", row.verdict.assumptions},
          {"sentence", row.verdict.sentence}};
}

}  // namespace

BulkSummary summarise(const BulkAudit& audit) {
  BulkSummary summary{.rows = audit.rows.size()};
  std::map<std::string, std::vector<double>> years;
  std::map<std::string, std::vector<double>> devices;
  for (const AuditedRow& row : audit.rows) {
    if (!row.row.faults.empty()) {
      ++summary.faulty;
      continue;
    }
    ++summary.labels[label_name(row)];
    for (const std::string& rule : rules_with(row, CheckResult::kFlag)) ++summary.flags[rule];
    for (const std::string& rule : rules_with(row, CheckResult::kFail)) ++summary.fails[rule];
    const std::string hardware = row.row.text("hardware");
    if (row.device.empty() && !hardware.empty()) {
      ++summary.unknown_hardware[hardware];
      if (!row.candidates.empty()) summary.candidates[hardware] = row.candidates;
    }
    if (!row.mfu) continue;
    if (row.row.text("date").size() >= 4)
      years[row.row.text("date").substr(0, 4)].push_back(*row.mfu);
    devices[row.device].push_back(*row.mfu);
  }
  summary.by_year = grouped(years);
  summary.by_device = grouped(devices);
  return summary;
}

std::string summary_text(const BulkAudit& audit, Language language) {
  const BulkSummary summary = summarise(audit);
  const auto title = [&](std::string_view id) {
    return fmt::format("\n{}\n", wording(language, id));
  };
  std::string text =
      say(language, "bulk_head", printable(audit.table), summary.rows, summary.faulty) + "\n";
  text += title("bulk_verdicts");
  std::map<std::string, size_t> labels;
  for (const auto& [label, rows] : summary.labels) {
    const std::string id = label == kNoVerdict ? "none" : label;
    labels.emplace(wording(language, "label." + id), rows);
  }
  add_counts(labels, text);
  if (!summary.fails.empty()) text += title("bulk_fails");
  add_counts(summary.fails, text);
  if (!summary.flags.empty()) text += title("bulk_flags");
  add_counts(summary.flags, text);
  if (!summary.unknown_hardware.empty()) text += title("bulk_unknown_hardware");
  std::map<std::string, size_t> unknown;
  for (const auto& [name, rows] : summary.unknown_hardware) {
    const auto near = summary.candidates.find(name);
    unknown.emplace(near == summary.candidates.end()
                        ? name
                        : say(language, "bulk_hardware_candidates", name, near->second),
                    rows);
  }
  add_counts(unknown, text);
  if (!summary.by_year.empty()) {
    text += title("bulk_mfu_by_year") + bars(summary.by_year) + title("bulk_mfu_by_device") +
            bars(summary.by_device);
  }
  if (summary.faulty > 0) text += title("bulk_faults");
  for (const AuditedRow& row : audit.rows) {
    for (const std::string& fault : row.row.faults) {
      text += fmt::format("  {}:{}: {}\n", printable(audit.table), row.row.line, printable(fault));
    }
  }
  return text;
}

nlohmann::ordered_json bulk_json(const BulkAudit& audit, const std::string& registry_hash) {
  const BulkSummary summary = summarise(audit);
  Json rows = Json::array();
  for (const AuditedRow& row : audit.rows) rows.push_back(row_json(row));
  return {{"schema_version", 1},
          {"registry_hash", registry_hash},
          {"table", audit.table},
          {"summary",
           {{"rows", summary.rows},
            {"faulty", summary.faulty},
            {"verdicts", summary.labels},
            {"fails", summary.fails},
            {"flags", summary.flags},
            {"unknown_hardware", summary.unknown_hardware},
            {"implied_mfu_by_year", groups_json(summary.by_year)},
            {"implied_mfu_by_device", groups_json(summary.by_device)}}},
          {"rows", rows}};
}

std::string bulk_csv(const BulkAudit& audit) {
  std::string out =
      "line,name,date,hardware,device,verdict,implied_mfu,flags,fails,faults,sentence\r\n";
  for (const AuditedRow& row : audit.rows) {
    const std::set<std::string> faults(row.row.faults.begin(), row.row.faults.end());
    out += fmt::format(
        "{},{},{},{},{},{},{},{},{},{},{}\r\n", row.row.line, csv_field(row.row.text("name")),
        csv_field(row.row.text("date")), csv_field(row.row.text("hardware")), csv_field(row.device),
        faults.empty() ? label_name(row) : "", row.mfu ? fmt::format("{:.6g}", *row.mfu) : "",
        csv_field(fmt::format("{}", fmt::join(rules_with(row, CheckResult::kFlag), "; "))),
        csv_field(fmt::format("{}", fmt::join(rules_with(row, CheckResult::kFail), "; "))),
        csv_field(fmt::format("{}", fmt::join(faults, "; "))), csv_field(row.verdict.sentence));
  }
  return out;
}

}  // namespace assay::audit
