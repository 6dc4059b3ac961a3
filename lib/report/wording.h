#pragma once

#include <span>
#include <string_view>

#include "audit/language.h"

namespace assay::report {

/// A title or fixed wording of reports in both languages.
struct Wording {
  std::string_view id;
  std::string_view en;
  std::string_view ja;
};

/// All of them.
std::span<const Wording> wordings();

/// The wording of an id. Throws: InternalError where there is none.
std::string_view wording(audit::Language language, std::string_view id);

}  // namespace assay::report
