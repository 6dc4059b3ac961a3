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
  std::string formula;  ///< of a market's range; empty for a printed price
};

/// The price that the part prints, else the market's for its device at the part's date (else the
/// claim's); nothing where neither is known.
std::optional<ServingHour> serving_hour(const RuleContext& context, const ClaimPart& part);

/// The share of the hours in which the devices serve what is paid, as the part states it; without
/// that all of them, the kindest reading.
Bounds<double> paid_share(const ClaimPart& part);

/// What a million tokens cost: least at the highest throughput and share.
Bounds<double> serving_cost(const ServingHour& hour, Bounds<double> rate, Bounds<double> share);

/// Both ends of serving_cost with their numbers, behind those of the hour's price.
std::string serving_cost_formula(const ServingHour& hour, Bounds<double> rate,
                                 Bounds<double> share);

/// The part's date, else the claim's.
std::string serving_date(const RuleContext& context, const ClaimPart& part);

/// "V3-0324, 2025-03": what a check of a served part is about.
std::string served_version(const RuleContext& context, const ClaimPart& part);

}  // namespace assay::audit
