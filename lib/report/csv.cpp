#include "report/csv.h"

#include <fmt/format.h>

#include <array>
#include <span>
#include <string_view>

#include "formats/csv_writer.h"
#include "report/verdict_text.h"

namespace assay::report {
namespace {

std::string field(std::string_view text) { return csv_field(text); }

// A number is written with all its digits and is no formula, whatever its sign.
std::string number_field(const std::optional<double>& value) {
  return value ? fmt::format("{}", *value) : std::string();
}

void add_line(std::string_view subject, std::string_view section, std::string_view key,
              const std::optional<double>& value, const std::array<std::string_view, 4>& rest,
              std::string& out) {
  out +=
      fmt::format("{},{},{},{}", field(subject), field(section), field(key), number_field(value));
  for (const std::string_view text : rest) out += "," + field(text);
  out += "\r\n";
}

void add_number(const Verdict& verdict, std::string_view key,
                const std::optional<CheckNumber>& number, std::string& out) {
  if (!number) return;
  add_line(
      verdict.claim_id, "claim", key, number->value,
      {number->unit, interval_number_text(audit::Language::kEnglish, verdict, key, number), "", ""},
      out);
}

void add_verdict(const Verdict& verdict, std::string& out) {
  add_line(verdict.claim_id, "claim", "verdict", std::nullopt,
           {"", verdict.label ? to_string(*verdict.label) : "", "", verdict.sentence}, out);
  add_number(verdict, "claimed", verdict.claimed, out);
  add_number(verdict, "recomputed", verdict.recomputed, out);
  if (verdict.implied_mfu) {
    const ImpliedMfu& mfu = *verdict.implied_mfu;
    for (const auto& [key, value] : {std::pair{"implied_mfu.six_nd", mfu.six_nd},
                                     std::pair{"implied_mfu.exact_causal", mfu.exact_causal},
                                     std::pair{"implied_mfu.exact_full", mfu.exact_full}}) {
      add_line(verdict.claim_id, "claim", key, value, {"share", "", "derived", mfu.peak_name}, out);
    }
  }
  add_number(verdict, "implied_price", verdict.implied_price, out);
  add_number(verdict, "implied_power", verdict.implied_power, out);
  for (const Check& check : verdict.checks) {
    const std::optional<double> value =
        check.computed ? std::optional(check.computed->value) : std::nullopt;
    add_line(verdict.claim_id, "check", check.rule, value,
             {check.computed ? check.computed->unit : "", to_string(check.result),
              to_string(check.provenance), check.formula.empty() ? check.sentence : check.formula},
             out);
  }
}

}  // namespace

std::string to_csv(const Document& document) {
  std::string out = "subject,section,key,value,unit,text,provenance,note\r\n";
  for (size_t run = 0; run < document.runs.size(); ++run) {
    for (const Section& section : document.sections) {
      for (const Row& row : section.rows) {
        const Cell& cell = row.cells[run];
        add_line(document.runs[run], section.key, row.key, cell.value,
                 {cell.unit, cell.text,
                  cell.provenance ? to_string(*cell.provenance) : std::string_view(), cell.note},
                 out);
      }
    }
  }
  for (const Verdict& verdict : document.verdicts) add_verdict(verdict, out);
  return out;
}

}  // namespace assay::report
