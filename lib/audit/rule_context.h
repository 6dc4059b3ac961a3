#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "audit/claims/claim_set.h"
#include "audit/evidence.h"
#include "audit/output/message.h"
#include "audit/uncertainty/term.h"
#include "registry/registry.h"

namespace assay::audit {

/// Everything a rule may look at: one claim, what it refers to, the registry, and the evidence.
///
/// A claim that repeats a first-hand figure of the same subject (`first_hand`) borrows the figures
/// that it does not state from there: part by part (total from total, a stage or run from the one
/// of that name), so that they can be computed with and so that contradictions show.
class RuleContext {
 public:
  RuleContext(const Claim& claim, const ClaimSet& set, const Registry& registry,
              const Evidence& evidence, Language language);

  [[nodiscard]] const Claim& claim() const { return claim_; }
  [[nodiscard]] const ClaimSet& set() const { return set_; }
  [[nodiscard]] const Registry& registry() const { return registry_; }
  [[nodiscard]] const Evidence& evidence() const { return evidence_; }
  [[nodiscard]] Language language() const { return language_; }

  /// All claims under `first_hand`.
  [[nodiscard]] const std::vector<const Claim*>& first_hand() const { return first_hand_; }
  /// The total, the stages and the runs of the claim.
  [[nodiscard]] std::vector<const ClaimPart*> parts() const;
  /// The part of a referred claim that matches `part`, or null.
  [[nodiscard]] static const ClaimPart* matching(const Claim& other, const ClaimPart& part);

  /// The figure of a role: the part's own, else a borrowed one, else null.
  [[nodiscard]] const Figure* find(const ClaimPart& part, std::string_view role) const;
  /// The part that hours and tokens of pre-training are taken from: the final-run stage, own or
  /// borrowed; else the total where no stages are known.
  [[nodiscard]] const ClaimPart* pretraining() const;

  /// Registry ids that hold for a part; empty where nothing is stated.
  [[nodiscard]] std::string model(const ClaimPart& part) const;
  [[nodiscard]] std::string device(const ClaimPart& part) const;
  [[nodiscard]] std::string precision(const ClaimPart& part) const;

  /// A figure as a term of a formula, in `unit`.
  [[nodiscard]] Term term(const Figure& figure, std::string_view unit) const;
  /// A registry figure as a term.
  [[nodiscard]] Term term(const SourcedMeasure& figure, std::string_view unit,
                          const std::string& name) const;
  /// A figure as a report shows it, with its source.
  [[nodiscard]] CheckInput shown(const Figure& figure) const;
  [[nodiscard]] CheckInput shown(const SourceRef& source, std::string name, std::string text) const;
  /// "GPU-hours (pre-training)".
  [[nodiscard]] std::string name(const Figure& figure) const;
  [[nodiscard]] bool is_headline(const Figure& figure) const;
  [[nodiscard]] bool is_headline(const Term& term) const;
  [[nodiscard]] bool is_first_hand(const SourceRef& source) const;
  /// The document of a key: one that the claim carries, one of the registry, one that a claim under
  /// `first_hand` carries; else null.
  [[nodiscard]] const Source* source(const std::string& key) const;

  template <class... Args>
  [[nodiscard]] std::string say(std::string_view id, const Args&... args) const {
    return audit::say(language_, id, args...);
  }

 private:
  const Claim& claim_;
  const ClaimSet& set_;
  const Registry& registry_;
  const Evidence& evidence_;
  Language language_;
  std::vector<const Claim*> first_hand_;
  std::vector<const Claim*> same_subject_;
};

/// How many of `unit` one base unit is: value / unit_size("h") turns seconds into hours.
double unit_size(std::string_view unit);

}  // namespace assay::audit
