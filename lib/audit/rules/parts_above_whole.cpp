#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "audit/comparison/comparison.h"
#include "audit/exchange_rate.h"
#include "audit/output/number_text.h"
#include "audit/rules/rules.h"

namespace assay::audit {
namespace {

/// A figure that is some of another one of its part.
struct PartOfWhole {
  const Figure& some;
  const Figure& all;
  std::string rule;
  bool stated = false;  ///< the claim says that the one holds the other
};

// More of it than the whole has.
void judge_part_of(const RuleContext& context, const ClaimPart& part, const PartOfWhole& pair,
                   Findings& findings) {
  CurrencyNote note;
  const std::string& unit = pair.all.measure.unit;
  const Term some = in_currency(context, pair.some, unit, pair.all.measure.currency, note);
  if (!note.lacks.empty()) {
    findings.list.push_back(unconverted(context, CheckKind::kIdentity, pair.rule, "", note,
                                        {context.shown(pair.some), context.shown(pair.all)}));
    return;
  }
  const Term all = context.term(pair.all, unit);
  if (some.bounds.low <= all.bounds.high) return;
  Finding finding = compare(context, {.rule = pair.rule,
                                      .about = part.label(),
                                      .unit = unit,
                                      .computed = some,
                                      .expected = all,
                                      .excused = note.assumed || !pair.stated});
  finding.check.sentence = context.say(
      "part_above_whole", context.name(pair.some), pair.some.text(), context.name(pair.all),
      pair.all.text(), context.say(pair.stated ? "part_is_stated" : "part_is_not_stated"));
  // A part is no computation of its whole.
  finding.recomputed.reset();
  finding.headline_term.reset();
  tell_conversion(context, note, finding);
  findings.list.push_back(std::move(finding));
}

// A part's own dimension says what its money is of.
ScopeState scope_of(const RuleContext& context, const ClaimPart& part, std::string_view dimension) {
  if (part.dimension == dimension) return ScopeState::kIncluded;
  return context.claim().scope[*scope_index(dimension)];
}

void check_electricity(const RuleContext& context, const ClaimPart& part, Findings& findings) {
  const Figure* electricity = part.find("electricity");
  const Figure* money = part.find("money");
  const ScopeState scope = scope_of(context, part, "energy");
  if (electricity == nullptr || money == nullptr || scope == ScopeState::kExcluded) return;
  judge_part_of(context, part,
                {*electricity, *money, "electricity_above_money", scope == ScopeState::kIncluded},
                findings);
}

/// The shares that one source prints of one whole.
struct ShareSum {
  double usual = 0;   ///< the least that their rounding leaves
  double widest = 0;  ///< the least with the widest rounding
  std::set<std::string> names;
  std::string text;
  std::vector<CheckInput> inputs;
  bool doubted = false;

  void add(const RuleContext& context, const ShareRow& row) {
    if (!names.insert(row.name).second) return;  // another figure of the same share
    usual += row.share.bounds().low;
    widest += row.share.widest().low;
    text += (text.empty() ? "" : " + ") + row.share.text();
    inputs.push_back(context.shown(row.share));
    doubted = doubted || contradicts_nothing(row.share);
  }
};

// Shares of one whole come to no more than all of it, however their ranges are read.
void check_shares(const RuleContext& context, Findings& findings) {
  std::map<std::string, ShareSum> sums;
  for (const ShareRow& row : context.claim().shares) sums[row.share.source.key].add(context, row);
  for (const auto& [source, sum] : sums) {
    if (sum.names.size() < 2 || sum.usual <= 1) continue;
    const bool impossible = sum.widest > 1 + kNearMiss && !sum.doubted;
    Finding finding = plain_finding(
        context, CheckKind::kIdentity, "shares_above_whole",
        impossible ? CheckResult::kFail : CheckResult::kFlag,
        context.say("shares_above_whole", sum.text, percent_text(sum.usual)), sum.inputs);
    finding.check.formula = sum.text;
    finding.check.computed = CheckNumber{sum.usual * 100, {}, "%"};
    finding.check.expected = CheckNumber{100, {}, "%"};
    finding.touches_headline = true;
    findings.list.push_back(std::move(finding));
  }
}

}  // namespace

void parts_above_whole(const RuleContext& context, Findings& findings) {
  for (const ClaimPart* part : context.parts()) check_electricity(context, *part, findings);
  check_shares(context, findings);
}

}  // namespace assay::audit
