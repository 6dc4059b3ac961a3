#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/costs/cost_estimate.h"
#include "audit/rounding_agreement.h"
#include "audit/uncertainty/uncertain_number.h"
#include "units/sourced.h"

namespace assay {

enum class Label { kReproduced, kPlausible, kInconsistent, kUnverifiable };
/// "reproduced", "plausible", "inconsistent", "unverifiable".
std::string_view to_string(Label label);

enum class CheckKind {
  kIdentity,
  kPhysics,
  kMeasurement,
  kPrice,
  kPower,
  kScope,
  kProvenance,
};
std::string_view to_string(CheckKind kind);

enum class CheckResult { kPass, kFlag, kFail, kNotApplicable };
/// "pass", "flag", "fail", "n/a".
std::string_view to_string(CheckResult result);

/// A number as a check shows it.
struct CheckNumber {
  double value = 0;
  std::optional<Bounds<double>> bounds;
  std::string unit;
  bool is_range = false;  ///< `bounds` is all that is meant: a market's prices, a usual band
};

/// An input of a formula, so that a reader can redo it by hand.
struct CheckInput {
  std::string name;    ///< "pretraining hours"
  std::string text;    ///< "2.664e6 gpu_h", as printed by the source
  std::string source;  ///< source key and locator
  std::string mark;    ///< "seen", "recalled", "derived"
  std::string url;     ///< where the source can be read; may be empty
};

/// One test of a claim with everything that it compared.
struct Check {
  CheckKind kind{};
  std::string rule;  ///< stable id of the general rule: "stages_add_up"
  std::string name;  ///< what it is about, in the chosen language: "stages add up: cost"
  CheckResult result{};
  std::string sentence;  ///< one sentence in the chosen language
  std::string formula;   ///< "2.664e6 + 0.119e6 + 0.005e6 = 2.788e6 gpu_h"
  std::optional<CheckNumber> computed;
  std::optional<CheckNumber> expected;
  std::vector<CheckInput> inputs;
  Provenance provenance = Provenance::kDerived;  ///< of `computed`: that of its weakest input
};

/// Implied model FLOPs utilisation under the three conventions.
struct ImpliedMfu {
  double six_nd = 0;
  double exact_causal = 0;
  double exact_full = 0;
  double peak_flops = 0;  ///< the denominator, FLOP/s per device
  std::string peak_name;  ///< "h800-sxm dense BF16"
};

/// Utilisation where nothing but 6 N D can be computed: no sequence length or shape is known.
struct SixNdMfu {
  double value = 0;
  double peak_flops = 0;
  std::string peak_name;
};

/// A row of a table that a verdict shows: comparable pairs, published costs side by side.
struct VerdictTable {
  std::string title;
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;
};

/// The scope of a claim in words, one entry a dimension.
struct ScopeEntry {
  std::string dimension;  ///< "final-run", "context-extension" ...
  std::string state;      ///< "included", "excluded", "not-stated"
};

/// An assumption of the reader that nothing of the claim could be computed with.
struct UnusedAssumption {
  std::string name;    ///< "tokens"
  std::string text;    ///< "tokens = 14.8e12 token"
  std::string reason;  ///< what the claim lacks
};

/// The file of a claim that is not one of the registry.
struct ClaimFile {
  std::string name;       ///< as it was given; empty for claims of the registry
  std::string sha256;     ///< of its content
  bool replaces = false;  ///< the registry has a claim of the same id, which was not judged
};

/// The answer to one claim. `label` is absent for context entries.
struct Verdict {
  std::string claim_id;
  std::string title;
  std::string statement;  ///< what was claimed, one sentence
  std::optional<Label> label;
  std::string sentence;
  std::string quantity;                   ///< of the headline: "money"; empty without one
  std::string claimed_text;               ///< the headline as printed: ">= 100e6 USD"
  std::optional<CheckNumber> claimed;     ///< the headline; absent is null
  std::string claimed_relation;           ///< as claim files write it, or "range"
  std::optional<double> claimed_to;       ///< the upper end of a printed range
  std::optional<CheckNumber> recomputed;  ///< from other published inputs
  /// Where the headline is reproduced, and the interval of `recomputed` leaves it out.
  std::optional<RoundingAgreement> rounding_only;
  std::optional<ImpliedMfu> implied_mfu;
  std::optional<SixNdMfu> implied_six_nd;    ///< only where `implied_mfu` is absent
  std::optional<CheckNumber> implied_price;  ///< per device-hour, from money and hours
  std::optional<CheckNumber> implied_power;  ///< kW per device, from energy and hours
  /// Computed numbers with 90 % intervals, what moves them and what would have to be true.
  std::vector<UncertainNumber> uncertain;
  uint64_t seed = 0;                      ///< of their draws
  std::vector<CostEstimate> cost_models;  ///< where the reader chose some
  std::vector<Check> checks;
  std::vector<std::string> flags;    ///< rules that flagged, each with a check that explains it
  std::vector<std::string> missing;  ///< what would be needed
  std::vector<std::string> assumptions;
  std::vector<UnusedAssumption> unused_assumptions;
  ClaimFile file;
  std::string command;  ///< that gives this verdict again: "assay audit ID --set price=3"
  std::vector<ScopeEntry> scope;
  std::vector<VerdictTable> tables;
  std::vector<CheckInput> sources;
  std::vector<std::string> see_also;  ///< ids of claims to read beside it
};

}  // namespace assay
