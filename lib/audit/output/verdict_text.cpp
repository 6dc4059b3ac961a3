#include "audit/output/verdict_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "audit/costs/cost_models.h"
#include "audit/output/interval_ends.h"
#include "audit/output/message.h"
#include "audit/output/number_text.h"
#include "audit/output/scope_name.h"
#include "audit/output/shown_interval.h"
#include "audit/output/text_width.h"
#include "audit/uncertainty/uncertainty_tables.h"

namespace assay::audit {
namespace {

constexpr size_t kLabelColumns = 16;

std::string table_text(const VerdictTable& table);

std::string word(Language language, const char* id) {
  return std::string(wording(language, std::string("word.") + id));
}

std::string row(const std::string& name, std::string_view text) {
  return fmt::format("  {}{}\n", padded(name, kLabelColumns), printable(text));
}

// A number with what its interval is: drawn, or the rounding of what was printed.
std::string number_text(const Verdict& verdict, std::string_view id, const CheckNumber& number,
                        Language language) {
  if (number.is_range) {
    return ends_text(number.bounds->low, number.bounds->high) +
           (number.unit.empty() ? "" : " " + number.unit);
  }
  std::string text = readable_text(number.value, number.unit);
  const std::optional<ShownInterval> interval = shown_interval(verdict, id, number);
  if (!interval) return text;
  const std::string level =
      interval->drawn ? std::string("90 %") : std::string(wording(language, "word.rounding"));
  return fmt::format("{} ({}: {})", text, level, ends_text(interval->low, interval->high));
}

std::string scope_text(const Verdict& verdict, Language language) {
  std::string text;
  for (const char* state : {"included", "excluded"}) {
    std::vector<std::string> names;
    for (const ScopeEntry& entry : verdict.scope) {
      if (entry.state == state) names.push_back(scope_name(language, entry.dimension));
    }
    if (names.empty()) continue;
    text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", word(language, state),
                        fmt::format("{}", fmt::join(names, ", ")));
  }
  return text.empty() ? std::string(wording(language, "not_stated")) : text;
}

std::string drawn_text(const UncertainNumber& number) {
  std::string text = readable_text(number.value, number.unit);
  if (!number.interval || !has_width(number.interval->low, number.interval->high)) return text;
  return text + fmt::format(" (90 %: {})", ends_text(number.interval->low, number.interval->high));
}

std::string uncertainty_text(const Verdict& verdict, Language language) {
  std::string out;
  for (const UncertainNumber& number : verdict.uncertain) {
    out += row(word(language, "interval"), fmt::format("{}: {}", number.title, drawn_text(number)));
    if (!number.formula.empty()) out += row({}, number.formula);
  }
  for (const VerdictTable& table : uncertainty_tables(verdict, language)) out += table_text(table);
  return out;
}

std::string headline_rows(const Verdict& verdict, Language language) {
  std::string out = row(word(language, "statement"), verdict.statement);
  if (!verdict.claimed_text.empty()) {
    out += row(word(language, "claimed"), verdict.claimed_text);
  }
  if (verdict.recomputed) {
    out += row(word(language, "recomputed"),
               number_text(verdict, "recomputed", *verdict.recomputed, language));
  }
  if (const auto& mfu = verdict.implied_mfu) {
    out += row(word(language, "implied_mfu"),
               fmt::format("exact_causal {}, exact_full {}, six_nd {} ({} {}, {} TFLOP/s)",
                           percent_text(mfu->exact_causal), percent_text(mfu->exact_full),
                           percent_text(mfu->six_nd), word(language, "against"), mfu->peak_name,
                           readable_text(mfu->peak_flops / 1e12)));
  }
  if (const auto& six = verdict.implied_six_nd) {
    out += row(word(language, "implied_mfu"),
               fmt::format("six_nd {} ({} {}, {} TFLOP/s)", percent_text(six->value),
                           word(language, "against"), six->peak_name,
                           readable_text(six->peak_flops / 1e12)));
  }
  if (verdict.implied_price) {
    out += row(word(language, "implied_price"),
               number_text(verdict, "implied_price", *verdict.implied_price, language));
  }
  if (verdict.implied_power) {
    out += row(word(language, "implied_power"),
               number_text(verdict, "implied_power", *verdict.implied_power, language));
  }
  out += row(word(language, "scope"), scope_text(verdict, language));
  if (!verdict.see_also.empty()) {
    out += row(word(language, "see_also"), fmt::format("{}", fmt::join(verdict.see_also, ", ")));
  }
  return out;
}

// Own runs and probes that the reader brought: what they say, also where they say nothing.
std::string evidence_rows(const Verdict& verdict, Language language) {
  std::string out;
  for (const Check& check : verdict.checks) {
    if (check.kind != CheckKind::kMeasurement || check.result == CheckResult::kFlag) continue;
    out += row(out.empty() ? word(language, "evidence") : std::string(),
               fmt::format("[{}] {}: {}", to_string(check.result), check.rule, check.sentence));
  }
  return out;
}

std::string flag_rows(const Verdict& verdict, Language language) {
  std::string out;
  for (const Check& check : verdict.checks) {
    if (check.result != CheckResult::kFlag) continue;
    out += row(out.empty() ? word(language, "flags") : std::string(),
               fmt::format("{}: {}", check.rule, check.sentence));
  }
  for (size_t i = 0; i < verdict.missing.size(); ++i) {
    out += row(i == 0 ? word(language, "missing") : std::string(), verdict.missing[i]);
  }
  for (size_t i = 0; i < verdict.assumptions.size(); ++i) {
    out += row(i == 0 ? word(language, "assumptions") : std::string(), verdict.assumptions[i]);
  }
  for (const UnusedAssumption& unused : verdict.unused_assumptions) {
    out += row(word(language, "assumptions"),
               say(language, "assumption_unused", unused.text, unused.reason));
  }
  if (!verdict.assumptions.empty()) out += row(word(language, "command"), verdict.command);
  return out;
}

std::string table_text(const VerdictTable& table) {
  std::vector<size_t> widths(table.header.size(), 0);
  const auto widen = [&](const std::vector<std::string>& cells) {
    for (size_t i = 0; i < widths.size() && i < cells.size(); ++i) {
      widths[i] = std::max(widths[i], display_width(printable(cells[i])));
    }
  };
  widen(table.header);
  for (const auto& cells : table.rows) widen(cells);
  const auto line = [&](const std::vector<std::string>& cells) {
    std::string text = "   ";
    for (size_t i = 0; i < cells.size() && i < widths.size(); ++i) {
      text += " " + padded(printable(cells[i]), i + 1 < widths.size() ? widths[i] + 1 : 0);
    }
    return text + "\n";
  };
  std::string out = fmt::format("  {}\n{}", printable(table.title), line(table.header));
  for (const auto& cells : table.rows) out += line(cells);
  return out;
}

std::string check_text(const Verdict& verdict, const Check& check, Language language) {
  std::string out = fmt::format("  [{}] {} ({}, {})\n", to_string(check.result),
                                printable(check.name), to_string(check.kind), check.rule);
  out += fmt::format("        {}\n", printable(check.sentence));
  if (!check.formula.empty()) {
    out += fmt::format("        {}: {}\n", word(language, "formula"), printable(check.formula));
  }
  if (check.expected) {
    out += fmt::format("        {}: {}\n", word(language, "printed"),
                       number_text(verdict, {}, *check.expected, language));
  }
  for (const CheckInput& input : check.inputs) {
    out += fmt::format(
        "        - {}: {} [{}{}]{}\n", printable(input.name), printable(input.text),
        printable(input.source),
        input.mark.empty() ? std::string() : fmt::format("; {}", wording(language, input.mark)),
        input.url.empty() ? std::string() : " " + printable(input.url));
  }
  return out;
}

// A line of the list: label, id and sentence, printable.
struct ListRow {
  std::string label;
  std::string id;
  std::string sentence;
};

std::vector<ListRow> list_rows(const std::vector<Verdict>& verdicts, Language language) {
  std::vector<ListRow> rows;
  rows.reserve(verdicts.size());
  for (const Verdict& verdict : verdicts) {
    rows.push_back(
        {label_text(verdict, language), printable(verdict.claim_id), printable(verdict.sentence)});
  }
  return rows;
}

std::string list_text(const std::vector<ListRow>& rows, std::optional<size_t> width) {
  size_t label_columns = 0;
  size_t id_columns = 0;
  for (const ListRow& one : rows) {
    label_columns = std::max(label_columns, display_width(one.label));
    id_columns = std::max(id_columns, display_width(one.id));
  }
  std::string out;
  for (const ListRow& one : rows) {
    const std::string head =
        fmt::format("{}  {}  ", padded(one.label, label_columns), padded(one.id, id_columns));
    const size_t used = display_width(head);
    out += head;
    out += width ? shortened(one.sentence, *width > used ? *width - used : 3) : one.sentence;
    out += "\n";
  }
  return out;
}

}  // namespace

std::string label_text(const Verdict& verdict, Language language) {
  const std::string id = verdict.label ? std::string(to_string(*verdict.label)) : "none";
  return std::string(wording(language, "label." + id));
}

std::string verdict_text(const Verdict& verdict, Language language, bool explain,
                         bool uncertainty) {
  std::string out = fmt::format("{}: {} - {}\n", printable(verdict.claim_id),
                                label_text(verdict, language), printable(verdict.title));
  out += fmt::format("  {}\n", printable(verdict.sentence));
  if (!verdict.file.name.empty()) {
    out += row(word(language, "file"),
               say(language, verdict.file.replaces ? "file_replaces" : "file_alone",
                   verdict.file.name, verdict.file.sha256));
  }
  out += headline_rows(verdict, language) + evidence_rows(verdict, language) +
         flag_rows(verdict, language);
  for (const VerdictTable& table : verdict.tables) out += table_text(table);
  if (!verdict.cost_models.empty()) {
    out += table_text(cost_model_table(verdict.cost_models, language));
  }
  if (uncertainty) out += uncertainty_text(verdict, language);
  if (!explain) return out;
  out += fmt::format("  {}:\n", word(language, "checks"));
  for (const Check& check : verdict.checks) out += check_text(verdict, check, language);
  return out;
}

std::string verdict_list(const std::vector<Verdict>& verdicts, Language language,
                         std::optional<size_t> width) {
  return list_text(list_rows(verdicts, language), width);
}

std::string verdict_table(const std::vector<Verdict>& verdicts, Language language,
                          std::optional<size_t> width) {
  std::vector<ListRow> rows = list_rows(verdicts, language);
  rows.insert(rows.begin(),
              {word(language, "verdict"), std::string(wording(language, "column_claim")),
               word(language, "found")});
  std::map<std::string, size_t> counts;
  for (const Verdict& verdict : verdicts) ++counts[label_text(verdict, language)];
  std::string counted;
  for (const auto& [label, count] : counts) {
    counted += fmt::format("{}{} {}", counted.empty() ? "" : ", ", label, count);
  }
  return list_text(rows, width) + "\n" +
         say(language, "verdicts_counted", verdicts.size(), counted) + "\n";
}

}  // namespace assay::audit
