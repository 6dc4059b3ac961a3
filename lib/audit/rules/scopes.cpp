#include "audit/comparison/comparison.h"
#include "audit/rules/rules.h"

namespace assay::audit {

void capex_is_not_a_run(const RuleContext& context, Findings& findings) {
  const Claim& claim = context.claim();
  const Figure* headline = claim.headline_figure();
  if (claim.kind != "capex" || headline == nullptr) return;
  findings.list.push_back(plain_finding(
      context, CheckKind::kScope, "capex_is_not_a_run", CheckResult::kFlag,
      context.say("capex_is_not_a_run", headline->text()), {context.shown(*headline)}));
}

void scope_stated(const RuleContext& context, Findings& findings) {
  const Claim& claim = context.claim();
  const Figure* headline = claim.headline_figure();
  if (is_context_kind(claim.kind) || headline == nullptr || !is_unstated(claim.scope)) return;
  // Hours and ratios name what they measure; a conversion of money needs no scope.
  if (headline->measure.dimension != Dimension::kMoney || claim.kind == "identity") return;
  findings.list.push_back(plain_finding(context, CheckKind::kScope, "scope_not_stated",
                                        CheckResult::kFlag, context.say("scope_not_stated"),
                                        {context.shown(*headline)}));
}

void peers_of_one_class(const RuleContext& context, Findings& findings) {
  const Claim& claim = context.claim();
  for (const Peer& peer : claim.peers) {
    if (claim.subject_class.empty()) continue;
    const bool same = peer.model_class == claim.subject_class;
    findings.list.push_back(
        plain_finding(context, CheckKind::kScope, "peer_of_another_class",
                      same ? CheckResult::kPass : CheckResult::kFlag,
                      context.say(same ? "peer_same_class" : "peer_other_class", peer.name,
                                  peer.model_class, claim.subject, claim.subject_class)));
  }
}

}  // namespace assay::audit
