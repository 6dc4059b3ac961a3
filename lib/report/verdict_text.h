#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "audit/output/language.h"
#include "audit/verdict.h"

/// The words and signs of verdicts that all formats share.
namespace assay::report {

/// "reproduced" …, or "none" for an entry without a verdict: for attributes and wordings.
std::string_view label_id(const Verdict& verdict);
/// The same in words: "no verdict" for an entry without one.
std::string_view label_word(const Verdict& verdict);
/// A sign for those who do not see the colour: ✓ ≈ ✗ ? ·
std::string_view label_sign(const Verdict& verdict);
std::string_view result_id(CheckResult result);
std::string_view result_sign(CheckResult result);

/// The headline as its source printed it, or as a number; empty without one.
std::string claimed_text(const Verdict& verdict);
/// "39.05 – 39.12": the ends of an interval.
std::string ends_text(double low, double high);
/// A number with its unit and what printed rounding allows, called so; a range as its two ends;
/// empty where absent.
std::string number_text(audit::Language language, const std::optional<CheckNumber>& number);
/// A number of the verdict that was drawn under `id` ("implied_price"), with its interval and which
/// one it is, as recomputed_text does; empty where absent.
std::string interval_number_text(audit::Language language, const Verdict& verdict,
                                 std::string_view id, const std::optional<CheckNumber>& number);
/// The recomputed headline with its interval and which one it is: the 90 % of the drawn inputs, or
/// without draws what printed rounding allows.
std::string recomputed_text(audit::Language language, const Verdict& verdict);
/// "seen", "recalled", "derived" in the language; other marks as they are.
std::string mark_text(audit::Language language, const std::string& mark);
/// "included", "excluded", "not stated" in the language; other states as they are.
std::string scope_text(audit::Language language, const std::string& state);

}  // namespace assay::report
