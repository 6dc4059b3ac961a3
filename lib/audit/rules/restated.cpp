#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "audit/comparison/comparison.h"
#include "audit/rules/rules.h"

namespace assay::audit {
namespace {

constexpr std::array<std::string_view, 4> kTotals{"hours", "energy", "carbon", "flops"};

// Three written digits or more: fewer agree by chance.
bool is_precise(const Figure& figure) {
  return figure.measure.last_digit > 0 && figure.measure.value / figure.measure.last_digit >= 100;
}

bool equal(const Figure& a, const Figure& b) {
  return std::abs(a.measure.value - b.measure.value) <= 1e-9 * b.measure.value;
}

bool refers_to(const Claim& claim, const Claim& other) {
  const auto names = [&](const std::vector<FigureRef>& refs) {
    return std::any_of(refs.begin(), refs.end(),
                       [&](const FigureRef& ref) { return ref.text == other.id; });
  };
  return names(claim.first_hand) || names(other.first_hand);
}

void check_figure(const RuleContext& context, const ClaimPart& part, const Figure& figure,
                  const Claim& other, Findings& findings) {
  const Figure* total = other.total.find(figure.role);
  if (total == nullptr || !is_precise(figure) || !equal(figure, *total)) return;
  Finding finding =
      plain_finding(context, CheckKind::kProvenance, "restated_total", CheckResult::kFlag,
                    context.say("restated_total", figure.text(), other.id, other.subject,
                                context.claim().subject),
                    {context.shown(figure), context.shown(*total)});
  if (part.path != "total") finding.check.name += ": " + part.name;
  finding.touches_headline = context.is_headline(figure);
  findings.list.push_back(std::move(finding));
}

}  // namespace

void restated_totals(const RuleContext& context, Findings& findings) {
  const Claim& claim = context.claim();
  for (const auto& [id, other] : context.set().claims()) {
    // A total that was made of stages belongs to its own subject; another subject that prints it
    // has repeated it.
    if (other.subject == claim.subject || other.claimant != claim.claimant) continue;
    if (other.stages.empty() || refers_to(claim, other) || !claim.stages.empty()) continue;
    for (const ClaimPart* part : context.parts()) {
      for (const std::string_view role : kTotals) {
        if (const Figure* figure = part->find(role)) {
          check_figure(context, *part, *figure, other, findings);
        }
      }
    }
  }
}

}  // namespace assay::audit
