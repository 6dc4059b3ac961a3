#include "report/verdict_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "audit/output/interval_ends.h"
#include "audit/output/number_text.h"
#include "audit/output/shown_interval.h"
#include "report/wording.h"

namespace assay::report {
namespace {

template <size_t N>
std::string known_or_same(audit::Language language, std::string_view prefix,
                          const std::string& word, const std::array<std::string_view, N>& known) {
  if (std::find(known.begin(), known.end(), word) == known.end()) return word;
  return std::string(wording(language, fmt::format("{}.{}", prefix, word)));
}

}  // namespace

std::string_view label_id(const Verdict& verdict) {
  return verdict.label ? to_string(*verdict.label) : std::string_view("none");
}

std::string_view label_word(const Verdict& verdict) {
  return verdict.label ? to_string(*verdict.label) : std::string_view("no verdict");
}

std::string_view label_sign(const Verdict& verdict) {
  if (!verdict.label) return "·";
  switch (*verdict.label) {
    case Label::kReproduced:
      return "✓";
    case Label::kPlausible:
      return "≈";
    case Label::kInconsistent:
      return "✗";
    case Label::kUnverifiable:
      break;
  }
  return "?";
}

std::string_view result_id(CheckResult result) { return to_string(result); }

std::string_view result_sign(CheckResult result) {
  switch (result) {
    case CheckResult::kPass:
      return "✓";
    case CheckResult::kFlag:
      return "⚑";
    case CheckResult::kFail:
      return "✗";
    case CheckResult::kNotApplicable:
      break;
  }
  return "–";
}

std::string claimed_text(const Verdict& verdict) {
  const std::string& printed = verdict.claimed_text;
  if (!verdict.claimed) return printed;
  // "more than", "at most" and ranges are kept as printed; a plain number is made readable.
  const bool plain = printed.empty() || (printed.find_first_of("<>=~") == std::string::npos &&
                                         printed.find(" to ") == std::string::npos);
  if (!plain) return printed;
  constexpr int kAllDigits = 12;
  const std::string number = audit::readable_text(verdict.claimed->value, kAllDigits);
  return verdict.claimed->unit.empty() ? number : number + " " + verdict.claimed->unit;
}

std::string ends_text(double low, double high) {
  return audit::ends_text(low, high, audit::kIntervalDigits, " – ");
}

std::string number_text(audit::Language language, const std::optional<CheckNumber>& number) {
  if (!number) return {};
  if (number->is_range) {
    return fmt::format("{}{}{}", ends_text(number->bounds->low, number->bounds->high),
                       number->unit.empty() ? "" : " ", number->unit);
  }
  std::string text = audit::readable_text(number->value, number->unit);
  if (number->bounds && audit::has_width(number->bounds->low, number->bounds->high)) {
    text += fmt::format(" ({}: {})", wording(language, "interval.rounding"),
                        ends_text(number->bounds->low, number->bounds->high));
  }
  return text;
}

std::string interval_number_text(audit::Language language, const Verdict& verdict,
                                 std::string_view id, const std::optional<CheckNumber>& number) {
  if (!number) return {};
  std::string text = audit::readable_text(number->value, number->unit);
  const auto interval = audit::shown_interval(verdict, id, *number);
  if (!interval) return text;
  return fmt::format("{} ({}: {})", text,
                     wording(language, interval->drawn ? "interval.drawn" : "interval.rounding"),
                     ends_text(interval->low, interval->high));
}

std::string recomputed_text(audit::Language language, const Verdict& verdict) {
  return interval_number_text(language, verdict, "recomputed", verdict.recomputed);
}

std::string mark_text(audit::Language language, const std::string& mark) {
  return known_or_same(language, "mark", mark,
                       std::array<std::string_view, 3>{"seen", "recalled", "derived"});
}

std::string scope_text(audit::Language language, const std::string& state) {
  return known_or_same(language, "scope", state,
                       std::array<std::string_view, 3>{"included", "excluded", "not-stated"});
}

}  // namespace assay::report
