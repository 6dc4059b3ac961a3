#include "audit/rules/published_range.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "audit/comparison/comparison.h"
#include "audit/exchange_rate.h"
#include "audit/output/number_text.h"
#include "audit/rules/rules.h"
#include "audit/uncertainty/propagate.h"

namespace assay::audit {
namespace {

/// Roles of figures and the bands of all that was published of them.
using PublishedBand = std::pair<std::string_view, std::string_view>;
constexpr std::array kPublishedBands{
    PublishedBand{"pue", "published-pue"},
    PublishedBand{"node_factor", "published-node-factor"},
    PublishedBand{"carbon_intensity", "published-carbon-intensity"},
    PublishedBand{"tariff", "published-tariff"},
};

// Certificates make less of a market's carbon than any grid has, down to nought. A factor below one
// has rules of its own (physical_limits).
bool may_be_less(const ClaimPart& part, const Figure& printed) {
  return printed.measure.value == 0 || printed.measure.dimension == Dimension::kRatio ||
         (printed.role == "carbon_intensity" && part.accounting == "market");
}

void judge_published(const RuleContext& context, const ClaimPart& part, const Figure& printed,
                     const Band& band, Findings& findings) {
  CurrencyNote note;
  const Term value = in_currency(context, printed, band.unit, band.currency, note);
  if (!note.lacks.empty()) return;
  const double size = unit_size(band.unit);
  const Bounds<double> published{band.low / size, band.high / size};
  const bool above = value.bounds.low > published.high * kPublishedMargin;
  const bool below =
      value.bounds.high < published.low / kPublishedMargin && !may_be_less(part, printed);
  if (!above && !below) return;
  Finding finding = plain_finding(
      context, CheckKind::kPower, "beyond_all_published", CheckResult::kFlag,
      context.say(above ? "above_all_published" : "below_all_published", printed.text(),
                  context.name(printed), readable_text(published.low, 4),
                  readable_text(published.high, 4), band.unit),
      {context.shown(printed), context.shown(band.source, context.say("published_range"),
                                             readable_text(published.low, 4) + " - " +
                                                 readable_text(published.high, band.unit))});
  finding.check.name += ": " + part.titled(context.name(printed));
  finding.check.computed = check_number(value, band.unit);
  finding.check.expected = range_number(published, band.unit);
  finding.touches_headline = context.is_headline(printed);
  tell_conversion(context, note, finding);
  findings.list.push_back(std::move(finding));
}

}  // namespace

double believable_pue(const RuleContext& context, const ClaimPart& part) {
  const Figure* printed = context.find(part, "pue");
  if (printed == nullptr) return 1;
  const double high = printed->bounds().high;
  const auto band = context.registry().bands().find("published-pue");
  return band == context.registry().bands().end() ? high : std::min(high, band->second.high);
}

void beyond_all_published(const RuleContext& context, Findings& findings) {
  const auto& bands = context.registry().bands();
  for (const ClaimPart* part : context.parts()) {
    for (const auto& [role, id] : kPublishedBands) {
      const Figure* printed = part->find(role);
      const auto band = bands.find(std::string(id));
      if (printed == nullptr || band == bands.end()) continue;
      judge_published(context, *part, *printed, band->second, findings);
    }
  }
}

}  // namespace assay::audit
