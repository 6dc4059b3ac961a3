#pragma once

#include <optional>
#include <string>

#include "audit/rule_context.h"

namespace assay::audit {

/// Units of one currency for one of another.
struct ExchangeRate {
  Term term;
  std::string said;      ///< "150 JPY/USD (conversions.c.rate)"
  bool printed = false;  ///< by the claim; else a rate of the registry near the claim's date
};

/// The most exact of the rates between two currencies that a claim's conversions state or imply,
/// its bounds around all of them; else the registry's of the nearest date within a year, 15 %
/// either side. Nothing where there is none, or the claim has no date.
std::optional<ExchangeRate> exchange_rate(const RuleContext& context, const std::string& from,
                                          const std::string& to);

}  // namespace assay::audit
