#include "audit/uncertainty/uncertainty_tables.h"

#include <fmt/format.h>

#include "audit/output/interval_ends.h"
#include "audit/output/message.h"
#include "audit/output/number_text.h"

namespace assay::audit {
namespace {

constexpr int kSolvedDigits = 6;

std::string ends(double low, double high, const std::string& unit) {
  return fmt::format("{}{}{}", ends_text(low, high), unit.empty() ? "" : " ", unit);
}

VerdictTable effects_table(const UncertainNumber& number, Language language) {
  VerdictTable table{.title = say(language, "uncertain.moves", number.title),
                     .header = {say(language, "column_input"), say(language, "column_range"),
                                say(language, "column_shape"), say(language, "column_result")},
                     .rows = {}};
  for (const InputEffect& effect : number.effects) {
    table.rows.push_back({effect.name, ends(effect.input_low, effect.input_high, effect.unit),
                          std::string(to_string(effect.shape)),
                          ends(effect.result_low, effect.result_high, number.unit)});
  }
  return table;
}

std::string between(const NeededInput& needed) {
  const auto text = [](double value) { return readable_text(value, kSolvedDigits); };
  if (needed.low && needed.high) return ends_text(*needed.low, *needed.high, kSolvedDigits);
  if (needed.low) return ">= " + text(*needed.low);
  return needed.high ? "<= " + text(*needed.high) : "-";
}

VerdictTable needed_table(const Verdict& verdict, const UncertainNumber& number,
                          Language language) {
  VerdictTable table{
      .title = say(language, "uncertain.needed", number.title, verdict.claimed_text),
      .header = {say(language, "column_input"), say(language, "column_stated"),
                 say(language, "column_needed"), say(language, "column_holds_between"),
                 say(language, "column_breaks")},
      .rows = {}};
  for (const NeededInput& needed : number.needed) {
    std::string value = readable_text(needed.value, kSolvedDigits);
    if (!needed.unit.empty()) value += " " + needed.unit;
    table.rows.push_back({needed.name, needed.stated, std::move(value), between(needed),
                          needed.breaks ? readable_text(*needed.breaks, kIntervalDigits) : "-"});
  }
  return table;
}

}  // namespace

std::vector<VerdictTable> uncertainty_tables(const Verdict& verdict, Language language) {
  std::vector<VerdictTable> tables;
  for (const UncertainNumber& number : verdict.uncertain) {
    if (!number.effects.empty()) tables.push_back(effects_table(number, language));
    if (!number.needed.empty()) tables.push_back(needed_table(verdict, number, language));
  }
  return tables;
}

}  // namespace assay::audit
