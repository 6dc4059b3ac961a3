#pragma once

#include <string>
#include <vector>

#include "audit/claims/claim.h"
#include "audit/output/message.h"

namespace assay::audit {

/// A figure with what it was measured under: the terms on which two figures compare.
struct ComparedFigure {
  const Claim* claim = nullptr;
  const Figure* figure = nullptr;
  const ClaimPart* part = nullptr;  ///< the stage or run that holds it, or null
  Scope scope{};
  std::string device;
  std::string precision;
};

/// What stands between two figures: `refusals` forbid their ratio, `flags` go with it. `flag_rules`
/// names the rule of each flag.
struct LikeTerms {
  std::vector<std::string> refusals;
  std::vector<std::string> flags;
  std::vector<std::string> flag_rules;
};

/// The figure with the scope, device and precision that hold for it: a stage's or run's own, else
/// its claim's. A stage has the scope of its dimension alone.
ComparedFigure compared_figure(const Claim& claim, const Figure& figure);

/// Compares the terms. Refused: other dimensions or currencies; a scope dimension included on one
/// side and excluded on the other; amounts of money more than two years apart. Flagged: a scope
/// dimension included on one side and not stated on the other; other devices or precisions; money
/// of other years. `convertible`: an exchange rate is known, other currencies are no refusal.
LikeTerms compare_terms(const ComparedFigure& a, const ComparedFigure& b, Language language,
                        bool convertible = false);

}  // namespace assay::audit
