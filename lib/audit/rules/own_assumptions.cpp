#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "audit/comparison/comparison.h"
#include "audit/output/number_text.h"
#include "audit/rules/rules.h"
#include "audit/training_compute.h"
#include "audit/uncertainty/compute_chain.h"

namespace assay::audit {
namespace {

// What the reader gave with --set, and what the claim itself says beside it.
class Assumptions {
 public:
  Assumptions(const RuleContext& context, Findings& findings)
      : context_(context), findings_(findings), part_(context.pretraining()) {}

  void apply_price();
  void apply_mfu();
  void apply_tokens();

 private:
  [[nodiscard]] const Measure* given(const std::string& name) const {
    return context_.evidence().assumption(name);
  }
  [[nodiscard]] std::string set(const std::string& name) const {
    return fmt::format("{} = {}", name, given(name)->text);
  }
  [[nodiscard]] Term assumed(const std::string& name) const;
  [[nodiscard]] std::optional<Term> tokens() const;
  [[nodiscard]] std::optional<Term> work() const;
  [[nodiscard]] std::optional<Peak> peak() const;
  [[nodiscard]] std::optional<Term> own_hours() const;
  [[nodiscard]] std::string missing(bool with_hours) const;

  void use(const std::string& name, const std::string& rule, const Term& term,
           const std::string& unit, std::optional<double> implied_mfu = std::nullopt);
  [[nodiscard]] std::optional<Term> own_total_hours() const;
  void refuse(const std::string& name, bool with_hours) {
    findings_.unused_assumptions.push_back({name, set(name), missing(with_hours)});
  }

  const RuleContext& context_;
  Findings& findings_;
  const ClaimPart* part_;
  std::vector<std::string> used_;
};

Term Assumptions::assumed(const std::string& name) const {
  const Measure& measure = *given(name);
  Term term = constant(measure.value);
  term.inputs.push_back({.shown = {.name = "--set " + name,
                                   .text = measure.text,
                                   .source = "--set",
                                   .mark = "assumed",
                                   .url = {}},
                         .source_key = "--set",
                         .figure = {},
                         .recalled = false,
                         .first_hand = false});
  return term;
}

std::optional<Term> Assumptions::tokens() const {
  if (given("tokens") != nullptr) return assumed("tokens");
  const Figure* printed = part_ == nullptr ? nullptr : context_.find(*part_, "tokens");
  if (printed == nullptr) return std::nullopt;
  return context_.term(*printed, "token");
}

// FLOPs of the training: exact causal where the sequence length is known, else 6 N D.
std::optional<Term> Assumptions::work() const {
  const std::optional<Term> count = tokens();
  if (part_ == nullptr || !count) return std::nullopt;
  const Figure* length = context_.find(*part_, "seq_len");
  const std::optional<Term> flops = flops_per_token_term(
      context_, *part_, length != nullptr ? FlopConvention::kExactCausal : FlopConvention::kSixNd,
      length);
  return flops ? std::optional(*flops * *count) : std::nullopt;
}

std::optional<Peak> Assumptions::peak() const {
  return part_ == nullptr ? std::nullopt : headline_peak(context_, context_.device(*part_));
}

// Hours that follow from the reader's MFU or tokens.
std::optional<Term> Assumptions::own_hours() const {
  if (given("mfu") != nullptr) {
    const std::optional<Term> flops = work();
    const std::optional<Peak> ceiling = peak();
    if (!flops || !ceiling) return std::nullopt;
    return *flops / (assumed("mfu") * constant(3600) * ceiling->term);
  }
  const Figure* rate = part_ == nullptr ? nullptr : context_.find(*part_, "hours_per_token");
  if (given("tokens") != nullptr && rate != nullptr) {
    return context_.term(*rate, "gpu_h/token") * assumed("tokens");
  }
  return std::nullopt;
}

// What the claim lacks for a computation with the assumption.
std::string Assumptions::missing(bool with_hours) const {
  if (with_hours && given("mfu") == nullptr) return context_.say("assumption_needs_hours");
  if (part_ == nullptr || !tokens()) return context_.say("assumption_needs_tokens");
  if (context_.device(*part_).empty() || !peak()) return context_.say("assumption_needs_device");
  if (!work()) return context_.say("assumption_needs_model");
  return context_.say("assumption_needs_hours");
}

// The hours of the whole claim: those that the assumptions give for the final run, and the printed
// ones of the stages beside it.
std::optional<Term> Assumptions::own_total_hours() const {
  std::optional<Term> hours = own_hours();
  const auto others = part_ == nullptr ? std::nullopt : hours_of_other_stages(context_, *part_);
  if (!hours || !others) return hours;
  for (const Term& other : *others) hours = *hours + other;
  return hours;
}

// `implied_mfu`: what the assumption says of the devices' utilisation, where it does.
void Assumptions::use(const std::string& name, const std::string& rule, const Term& term,
                      const std::string& unit, std::optional<double> implied_mfu) {
  const std::string value =
      unit.empty() ? percent_text(term.value) : readable_text(term.value, unit);
  std::string sentence = context_.say(rule, value, set(name));
  const std::optional<double> most =
      implied_mfu ? highest_admissible_mfu(context_, *part_) : std::nullopt;
  const bool impossible = most && *implied_mfu > *most;
  if (impossible) {
    sentence += context_.say("assumption_impossible", percent_text(*implied_mfu),
                             percent_text(*most), context_.device(*part_));
  }
  Finding finding =
      plain_finding(context_, CheckKind::kPrice, rule,
                    impossible ? CheckResult::kFlag : CheckResult::kNotApplicable, sentence);
  finding.check.formula = formula_text(term, unit);
  finding.check.computed = check_number(term, unit);
  finding.check.provenance = Provenance::kAssumed;
  for (const TermInput& input : term.inputs) finding.check.inputs.push_back(input.shown);
  findings_.list.push_back(std::move(finding));
  // One line for each assumption; further results of it stand among the checks.
  if (std::find(used_.begin(), used_.end(), name) != used_.end()) return;
  used_.push_back(name);
  findings_.assumptions.push_back(std::move(sentence));
}

void Assumptions::apply_price() {
  if (given("price") == nullptr) return;
  const std::string& currency = given("price")->currency;
  const std::optional<Term> printed = hours_term(context_, context_.claim().total);
  const std::optional<Term> own = own_total_hours();
  if (!printed && !own) return refuse("price", true);
  // All of the reader's assumptions together come first.
  if (own) use("price", "assumed_price_and_hours", *own * assumed("price"), currency);
  if (printed) use("price", "assumed_price", *printed * assumed("price"), currency);
}

void Assumptions::apply_mfu() {
  if (given("mfu") == nullptr) return;
  if (const std::optional<Term> hours = own_hours()) {
    return use("mfu", "assumed_mfu", *hours, "gpu_h", given("mfu")->value);
  }
  if (const std::optional<ComputeChain> allowed = tokens_from_hours(context_)) {
    return use("mfu", "assumed_mfu_tokens", allowed->term, allowed->unit, given("mfu")->value);
  }
  refuse("mfu", false);
}

// With an MFU the tokens take hours; without one the claim's hours imply an MFU.
void Assumptions::apply_tokens() {
  if (given("tokens") == nullptr) return;
  if (given("mfu") != nullptr) {
    const std::optional<Term> hours = own_hours();
    return hours ? use("tokens", "assumed_tokens", *hours, "gpu_h") : refuse("tokens", false);
  }
  const std::optional<Term> flops = work();
  const std::optional<Peak> ceiling = peak();
  const std::optional<Term> hours = part_ == nullptr ? std::nullopt : hours_term(context_, *part_);
  if (!flops || !ceiling || !hours) return refuse("tokens", flops && ceiling);
  const Term mfu = *flops / (*hours * constant(3600) * ceiling->term);
  use("tokens", "assumed_tokens_mfu", mfu, "", mfu.value);
}

}  // namespace

void own_assumptions(const RuleContext& context, Findings& findings) {
  Assumptions assumptions(context, findings);
  assumptions.apply_price();
  assumptions.apply_mfu();
  assumptions.apply_tokens();
}

}  // namespace assay::audit
