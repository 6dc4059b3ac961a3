#include "audit/verdict_rule.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <vector>

#include "audit/output/number_text.h"
#include "audit/training_compute.h"

namespace assay::audit {
namespace {

bool is(const Finding& finding, CheckResult result) { return finding.check.result == result; }

const Finding* first(const Findings& findings, CheckResult result) {
  const auto found = std::find_if(findings.list.begin(), findings.list.end(),
                                  [&](const Finding& f) { return is(f, result); });
  return found == findings.list.end() ? nullptr : &*found;
}

// A reproduction that is not capped comes first.
const Finding* reproduction(const Findings& findings) {
  const Finding* best = nullptr;
  for (const Finding& finding : findings.list) {
    if (!finding.reproduces_headline) continue;
    if (best == nullptr || (best->all_recalled && !finding.all_recalled)) best = &finding;
  }
  return best;
}

bool supports(const Finding& f) {
  const CheckKind kind = f.check.kind;
  const bool counts = kind == CheckKind::kPhysics || kind == CheckKind::kPrice ||
                      kind == CheckKind::kPower || kind == CheckKind::kMeasurement;
  return f.range_contains || (counts && is(f, CheckResult::kPass));
}

bool stands_against_reproduction(const Finding& f) {
  const CheckKind kind = f.check.kind;
  if (f.against_headline) return true;
  return is(f, CheckResult::kFlag) && (kind == CheckKind::kPhysics || kind == CheckKind::kPower ||
                                       kind == CheckKind::kMeasurement);
}

const Finding* refutation(const Findings& findings) {
  const auto found = std::find_if(findings.list.begin(), findings.list.end(),
                                  [](const Finding& f) { return f.refutes_headline; });
  return found == findings.list.end() ? nullptr : &*found;
}

// A utilisation or a price of other figures says nothing for a headline that its own recomputation
// refutes.
bool is_supported(const Findings& findings) {
  const bool refuted = refutation(findings) != nullptr && reproduction(findings) == nullptr;
  return std::any_of(findings.list.begin(), findings.list.end(),
                     [&](const Finding& f) { return refuted ? f.range_contains : supports(f); });
}

bool headline_recalled(const RuleContext& context) {
  const Figure* headline = context.claim().headline_figure();
  return headline != nullptr && headline->recalled();
}

bool is_judged(const Finding& f) {
  return f.touches_headline && !is(f, CheckResult::kNotApplicable);
}

std::string recalled_inputs(const RuleContext& context, const Findings& findings) {
  std::vector<std::string> names;
  std::set<std::string> seen;
  for (const Finding& finding : findings.list) {
    if (!finding.touches_headline) continue;
    for (const CheckInput& input : finding.check.inputs) {
      if (input.mark == "recalled" && seen.insert(input.name + input.text).second) {
        names.push_back(context.say("input_with_value", input.name, input.text));
      }
    }
  }
  return fmt::format("{}", fmt::join(names, context.say("list_separator")));
}

std::string support_sentence(const RuleContext& context, const Findings& findings) {
  for (const Finding& finding : findings.list) {
    if (finding.range_contains) return finding.check.sentence;
  }
  for (const Finding& finding : findings.list) {
    if (supports(finding) && finding.touches_headline) return finding.check.sentence;
  }
  for (const Finding& finding : findings.list) {
    if (supports(finding)) return finding.check.sentence;
  }
  const Finding* reproduced = reproduction(findings);
  return reproduced == nullptr ? context.say("nothing_testable") : reproduced->check.sentence;
}

// What supports the claim, and what stands against it all the same.
std::string plausible_sentence(const RuleContext& context, const Findings& findings) {
  std::string sentence = context.say("verdict_plausible", support_sentence(context, findings));
  const auto against =
      std::find_if(findings.list.begin(), findings.list.end(), stands_against_reproduction);
  if (against != findings.list.end()) {
    sentence +=
        context.say("sentence_gap") + context.say("verdict_against", against->check.sentence);
  }
  return sentence;
}

// True where only a price is missing to reckon the money.
bool has_hours(const RuleContext& context) {
  return hours_term(context, context.claim().total).has_value();
}

// Nothing supports the claim; a flag may stand against it.
std::string open_sentence(const RuleContext& context, const Findings& findings) {
  const Finding* refuted = refutation(findings);
  const Finding* flagged = refuted != nullptr ? refuted : first(findings, CheckResult::kFlag);
  const auto holds =
      std::find_if(findings.list.begin(), findings.list.end(), [](const Finding& finding) {
        return finding.check.kind == CheckKind::kIdentity && finding.touches_headline &&
               is(finding, CheckResult::kPass);
      });
  const bool arithmetic = holds != findings.list.end();
  if (flagged == nullptr && !arithmetic) return context.say("verdict_open");
  const std::string support =
      arithmetic ? context.say("verdict_arithmetic", holds->check.name, holds->check.sentence)
                 : context.say("verdict_unsupported");
  if (flagged == nullptr) return support;
  return support + context.say("sentence_gap") +
         context.say("verdict_against", flagged->check.sentence);
}

// A utilisation, and no ratio of two things.
bool is_share_of_peak(const Figure& figure) {
  return figure.role.starts_with("mfu") || figure.role == "hfu";
}

std::string core_sentence(const RuleContext& context, const Findings& findings, Label label) {
  const Figure* headline = context.claim().headline_figure();
  const std::string said = headline == nullptr ? std::string() : headline->text();
  switch (label) {
    case Label::kInconsistent: {
      const Check& failed = first(findings, CheckResult::kFail)->check;
      return context.say("verdict_inconsistent", failed.name, failed.sentence);
    }
    case Label::kReproduced: {
      const Finding* found = reproduction(findings);
      return context.say("verdict_reproduced", said,
                         readable_text(found->recomputed->value, found->recomputed->unit),
                         found->check.formula);
    }
    case Label::kPlausible:
      return plausible_sentence(context, findings);
    case Label::kUnverifiable:
      break;
  }
  if (findings.missing.empty()) return open_sentence(context, findings);
  return context.say(
      "verdict_unverifiable",
      fmt::format("{}", fmt::join(findings.missing, context.say("clause_separator"))));
}

}  // namespace

void add_missing(const RuleContext& context, Findings& findings) {
  const Claim& claim = context.claim();
  const Figure* headline = claim.headline_figure();
  if (is_context_kind(claim.kind) || headline == nullptr || !findings.missing.empty()) return;
  if (std::any_of(findings.list.begin(), findings.list.end(), is_judged)) return;
  const auto need = [&](std::string_view id) { findings.missing.push_back(context.say(id)); };
  std::set<std::string> lacking;
  for (const Finding& finding : findings.list) {
    if (!finding.lacks.empty()) lacking.insert(finding.lacks);
  }
  if (!lacking.empty()) {
    findings.missing.assign(lacking.begin(), lacking.end());
    return;
  }
  switch (headline->measure.dimension) {
    case Dimension::kMoney:
      if (context.model(claim.total).empty()) need("missing_model");
      need(has_hours(context) ? "missing_price" : "missing_hours");
      break;
    case Dimension::kRatio:
      need(is_share_of_peak(*headline) ? "missing_share_inputs" : "missing_operands");
      break;
    case Dimension::kGpuHours:
    case Dimension::kFlops:
      if (context.model(claim.total).empty()) need("missing_model");
      need("missing_tokens");
      break;
    case Dimension::kEnergy:
    case Dimension::kCarbon:
      need("missing_power");
      break;
    default:
      need("missing_inputs");
  }
  if (is_unstated(claim.scope)) need("missing_scope");
  if (claim.date.empty()) need("missing_date");
}

std::optional<Label> label_of(const RuleContext& context, const Findings& findings) {
  if (first(findings, CheckResult::kFail) != nullptr) return Label::kInconsistent;
  if (is_context_kind(context.claim().kind)) return std::nullopt;
  if (!findings.missing.empty()) return Label::kUnverifiable;
  const Finding* reproduced = reproduction(findings);
  const bool against =
      std::any_of(findings.list.begin(), findings.list.end(), stands_against_reproduction);
  if (reproduced != nullptr && !against) {
    const bool capped = headline_recalled(context) || reproduced->all_recalled;
    return capped ? Label::kPlausible : Label::kReproduced;
  }
  return is_supported(findings) ? Label::kPlausible : Label::kUnverifiable;
}

std::string verdict_sentence(const RuleContext& context, const Findings& findings,
                             std::optional<Label> label) {
  if (!label) return context.say("verdict_context");
  std::string sentence = core_sentence(context, findings, *label);
  const std::string recalled = recalled_inputs(context, findings);
  if (!recalled.empty()) {
    sentence += context.say("sentence_gap") + context.say("recalled_inputs", recalled);
  }
  return sentence;
}

}  // namespace assay::audit
