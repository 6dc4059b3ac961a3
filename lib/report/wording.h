#pragma once

#include <span>
#include <string>
#include <string_view>

#include "audit/output/language.h"

namespace assay::report {

/// A title or fixed wording of reports in both languages.
struct Wording {
  std::string_view id;
  std::string_view en;
  std::string_view ja;
};

/// Those of runs and of what all reports share.
std::span<const Wording> wordings();
/// Texts of lower modules, for phrase().
std::span<const Wording> phrase_wordings();
/// Those of pages of claims and of a table's summary.
std::span<const Wording> claims_wordings();

/// The wording of an id. Throws: InternalError where there is none.
std::string_view wording(audit::Language language, std::string_view id);

/// The text of a lower module in the language: the one of phrase_wordings() whose English is
/// `text`, or starts it before a semicolon. Any other text, such as that of a driver, stays as it
/// is.
std::string phrase(audit::Language language, std::string_view text);

}  // namespace assay::report
