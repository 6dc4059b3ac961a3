#pragma once

#include <string>
#include <vector>

#include "audit/finding.h"
#include "audit/rule_context.h"
#include "audit/uncertainty/term.h"

namespace assay::audit {

/// A computed term against a printed one.
struct Comparison {
  std::string rule;
  CheckKind kind = CheckKind::kIdentity;
  std::string about;  ///< what of the claim: "pre-training"; may be empty
  std::string unit;
  Term computed;
  Term expected;
  bool own_formula = false;  ///< computed by a formula of ours, not printed: never a fail
  bool rows = false;         ///< computed is a sum of rows: a larger total is only a flag
  bool excused = false;      ///< something that is not printed explains a miss: never a fail
};

/// Deviations up to this are a flag, larger ones a fail where the verdict rule allows it.
inline constexpr double kNearMiss = 0.03;

/// A headline printed so coarsely ("10 h") that a recomputed value further off than this still lies
/// within its rounding is not reproduced.
inline constexpr double kReproductionMiss = 0.15;

/// Compares the rounding intervals: they meet: pass; up to kNearMiss apart: flag; further: fail, if
/// all inputs are printed by one source, or by the claim's source and first-hand ones, else flag.
/// A formula of ours passes up to kNearMiss and is a flag beyond.
Finding compare(const RuleContext& context, const Comparison& comparison);

/// A figure in a relation, as a factor (exponent 1) or a divisor (-1).
struct Power {
  Term term;
  int exponent = 1;
};

/// constant * product of term^exponent = 1: hours * price / money = 1. Where one of the figures is
/// the headline the relation is solved for it, else for `output`.
struct Relation {
  std::string rule;
  CheckKind kind = CheckKind::kIdentity;
  std::string about;
  std::vector<Power> powers;
  size_t output = 0;
  double constant = 1.0;
  bool excused = false;  ///< as of a Comparison
};

Finding compare_relation(const RuleContext& context, const Relation& relation);

/// A check without computed numbers.
Finding plain_finding(const RuleContext& context, CheckKind kind, const std::string& rule,
                      CheckResult result, std::string sentence,
                      std::vector<CheckInput> inputs = {});

/// The weakest provenance of a formula's inputs: derived from quoted figures is quoted at best.
Provenance provenance_of(const Term& term);

CheckNumber check_number(const Term& term, const std::string& unit);

/// A range that a computed value is held against: it has no value of its own.
CheckNumber range_number(Bounds<double> range, const std::string& unit);

/// A term in `unit` as the headline's value in its printed unit.
CheckNumber in_headline_unit(const RuleContext& context, const Term& term, const std::string& unit);

}  // namespace assay::audit
