#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "audit/claims/figure.h"
#include "audit/claims/scope.h"
#include "audit/output/language.h"

namespace assay::audit {

/// The total, a stage of it, or a run that a claim speaks about: figures by role.
struct ClaimPart {
  std::string name;
  std::string path;       ///< "total", "stages.NAME", "runs.NAME"
  std::string dimension;  ///< scope dimension of a stage: "final-run"; empty: not said
  std::string model;      ///< registry id; empty: that of the claim (not for runs)
  std::string device;
  Place model_place;
  Place device_place;
  std::string date;        ///< of the part, where it is not the claim's
  std::string version;     ///< of what is served: "V3-0324"; empty: not stated
  std::string precision;   ///< "bf16", "fp8" ...; empty: not stated
  std::string accounting;  ///< of carbon: "location", "market"; empty: not stated
  std::string embodied;    ///< in the carbon: "included", "excluded"; empty: not stated
  std::map<std::string, Figure> figures;

  [[nodiscard]] const Figure* find(std::string_view role) const {
    const auto found = figures.find(std::string(role));
    return found == figures.end() ? nullptr : &found->second;
  }
  [[nodiscard]] bool is_total() const { return path == "total"; }
  /// The part's name in checks; empty for the total.
  [[nodiscard]] std::string label() const { return is_total() ? std::string() : name; }
  /// A check's title with the part's name before it, but for the total.
  [[nodiscard]] std::string titled(const std::string& title) const {
    return is_total() ? title : name + ", " + title;
  }
};

/// Names a figure: of this claim ("total.hours") or of another ("dsv3-total-2788k#total.hours").
struct FigureRef {
  std::string text;
  Place place;
};

/// `value` is said to be a / b (form "ratio"), 1 - a / b ("saving") or a / b - 1 ("increase").
struct RatioStatement {
  std::string name;
  Figure value;
  std::string form;
  FigureRef a;
  FigureRef b;
};

/// An amount printed in two currencies.
struct Conversion {
  Figure from;
  Figure to;
  std::optional<Figure> rate;
};

/// Rows that a source adds up, and the total that it prints.
struct SumStatement {
  std::string name;
  std::vector<FigureRef> rows;
  FigureRef total;
};

/// Factors that a source multiplies, and the product that it prints.
struct ProductStatement {
  std::string name;
  std::vector<FigureRef> factors;
  FigureRef product;
};

/// Devices that somebody owns, with a range of purchase prices.
struct FleetRow {
  std::string name;
  std::string device;
  Place device_place;
  Figure count;
  std::optional<Figure> unit_cost;
};

/// A printed number of owned devices; `architecture` empty: all.
struct FleetTotal {
  std::string architecture;
  Figure count;
};

/// A part of a whole as a range of shares.
struct ShareRow {
  std::string name;
  Figure share;
};

/// Two figures that a vague comparison may have meant.
struct CandidatePair {
  Bilingual label;
  FigureRef a;
  FigureRef b;
};

/// A dated list price that a comparison of prices may have meant.
struct PriceOption {
  std::string side;  ///< "a": the cheaper one in the claim, "b": what it is compared with
  std::string version;
  std::string valid_from;
  std::string item;  ///< "input", "output": only like items are compared
  Figure price;
};

/// What a claim compares its subject with in quality.
struct Peer {
  std::string name;
  std::string model_class;  ///< "chat", "reasoning"
};

/// What somebody says against a claim, or about it.
struct Remark {
  Bilingual text;
  std::string claim;  ///< a claim of the registry that says it; may be empty
  Place claim_place;
  SourceRef source;
};

/// Another printed version of the headline, or of the figure that `of` names.
struct Variant {
  Figure value;
  std::optional<FigureRef> of;
  std::string date;
};

/// A published claim: numbers with their sources, and what they are said to cover.
struct Claim {
  std::string id;
  std::string kind;
  std::string date;  ///< of what is claimed: YYYY, YYYY-MM or YYYY-MM-DD; empty: not stated
  std::string claimant;
  std::string subject;
  std::string subject_class;
  Bilingual title;
  Bilingual statement;
  std::string model;
  std::string device;
  Place model_place;
  Place device_place;
  std::string precision;
  /// How the amounts were reckoned: "rent", "cloud", "amortised", "acquisition", "tco"; empty: not
  /// stated.
  std::string cost_method;
  std::string headline;  ///< path of a figure of this claim; empty: no number
  Scope scope{};
  ClaimPart total;
  std::vector<ClaimPart> stages;
  std::vector<ClaimPart> runs;
  std::map<std::string, Figure> figures;
  std::vector<RatioStatement> ratios;
  std::vector<Conversion> conversions;
  std::vector<SumStatement> sums;
  std::vector<ProductStatement> products;
  std::vector<FleetRow> fleet;
  std::vector<FleetTotal> fleet_totals;
  std::vector<ShareRow> shares;
  std::vector<CandidatePair> candidates;
  std::vector<PriceOption> price_options;
  std::vector<Peer> peers;
  std::vector<Remark> remarks;
  std::vector<Variant> variants;
  std::vector<Figure> estimates;
  std::vector<FigureRef> first_hand;  ///< claims whose first-hand figures this one repeats
  std::vector<FigureRef> see_also;
  std::map<std::string, Source> sources;  ///< that the file carries itself, by key
  Place place;

  /// The figure of a path ("total.hours", "runs.NAME.tokens", "figures.NAME"), or null.
  [[nodiscard]] const Figure* find(std::string_view path) const;
  /// The headline, or null.
  [[nodiscard]] const Figure* headline_figure() const;
  /// Every figure in the order of the file's sections.
  [[nodiscard]] std::vector<const Figure*> all_figures() const;
};

/// True where the claim excludes what the stage is of: such a stage is told beside the total.
bool is_excluded(const Claim& claim, const ClaimPart& stage);
/// Kinds that state no testable figure: they get no verdict and are shown as context.
bool is_context_kind(std::string_view kind);
/// True for lower-case letters, digits, '-', '.' and '_', 1 to 80 of them.
bool is_claim_id(std::string_view text);
/// Every kind, for messages.
std::vector<std::string_view> claim_kinds();

}  // namespace assay::audit
