#pragma once

#include <optional>
#include <string>
#include <vector>

#include "audit/rule_context.h"
#include "audit/verdict.h"

namespace assay::audit {

/// What a device-hour costs where a part is served.
struct ServingHour {
  double low = 0;
  double high = 0;
  std::string currency;
  std::vector<CheckInput> inputs;
};

/// The price that the part prints, else the market's for its device at the part's date (else the
/// claim's); nothing where neither is known.
std::optional<ServingHour> serving_hour(const RuleContext& context, const ClaimPart& part);

/// The part's date, else the claim's.
std::string serving_date(const RuleContext& context, const ClaimPart& part);

/// "V3-0324, 2025-03": what a check of a served part is about.
std::string served_version(const RuleContext& context, const ClaimPart& part);

}  // namespace assay::audit
