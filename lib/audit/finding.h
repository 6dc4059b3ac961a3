#pragma once

#include <optional>
#include <string>
#include <vector>

#include "audit/uncertainty/term.h"
#include "audit/verdict.h"

namespace assay::audit {

/// A check and what the verdict rule needs to know of it.
struct Finding {
  Check check;
  bool touches_headline = false;  ///< the headline is compared or computed with
  /// The headline was computed from at least two other published inputs and fits.
  bool reproduces_headline = false;
  /// Every other operand of that computation is recalled.
  bool all_recalled = false;
  /// The headline's own recomputation is further off than its rounding and kReproductionMiss allow.
  bool refutes_headline = false;
  /// What is said of the headline keeps it from being reproduced.
  bool against_headline = false;
  /// An independent sourced range contains the headline.
  bool range_contains = false;
  std::string lacks;  ///< what a check that does not apply would need: "an exchange rate ..."
  std::optional<CheckNumber> recomputed;  ///< the headline, in its printed unit
  std::optional<Term> headline_term;      ///< the formula of `recomputed`, in `headline_term_unit`
  std::string headline_term_unit;
};

/// What the rules found about one claim.
struct Findings {
  std::vector<Finding> list;
  std::vector<std::string> missing;  ///< without these the claim cannot be computed
  std::vector<std::string> assumptions;
  std::vector<UnusedAssumption> unused_assumptions;
  std::vector<VerdictTable> tables;
  std::optional<ImpliedMfu> implied_mfu;
  std::optional<CheckNumber> implied_price;
  std::optional<CheckNumber> implied_power;
  std::optional<SixNdMfu> implied_six_nd;  ///< where no sequence length or shape is known
  std::string six_nd_path;                 ///< the part that `implied_six_nd` is of
  std::optional<Term> implied_mfu_term;    ///< exact causal
  std::optional<Term> implied_mfu_full_term;
  std::optional<Term> implied_mfu_six_nd_term;
  std::optional<Term> implied_price_term;
};

}  // namespace assay::audit
