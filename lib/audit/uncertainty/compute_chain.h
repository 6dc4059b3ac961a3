#pragma once

#include <optional>
#include <vector>

#include "audit/rule_context.h"

namespace assay::audit {

/// The headline (money, or accelerator-hours) from nothing but parameters, tokens, a usual
/// utilisation and a price: FLOPs per token * tokens / (MFU * peak) * price for the final run, and
/// the printed hours of the stages beside it. The MFU and the price are the reader's (--set) where
/// given, else the usual band (uniform) and the price that the claim prints or the market's 90 %
/// range (lognormal). Nothing where a part of it is not known.
struct ComputeChain {
  Term term;
  std::string unit;
};
std::optional<ComputeChain> compute_chain(const RuleContext& context);

/// The printed hours of the stages beside the final run, which a total includes too; none where the
/// final run is the total. Nothing where one of the stages prints no hours.
std::optional<std::vector<Term>> hours_of_other_stages(const RuleContext& context,
                                                       const ClaimPart& final_run);

/// Where hours are known and tokens are not: the tokens that the hours allow at the reader's MFU or
/// a usual one.
std::optional<ComputeChain> tokens_from_hours(const RuleContext& context);

}  // namespace assay::audit
