#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "audit/comparison/comparison.h"
#include "audit/exchange_rate.h"
#include "audit/output/number_text.h"
#include "audit/output/scope_name.h"
#include "audit/rules/rules.h"
#include "audit/uncertainty/propagate.h"

namespace assay::audit {
namespace {

std::string scope_text(const RuleContext& context, const Scope& scope) {
  std::string text;
  for (size_t i = 0; i < scope.size(); ++i) {
    if (scope[i] != ScopeState::kIncluded) continue;
    text += (text.empty() ? "" : ", ") + scope_name(context.language(), kScopeDimensions[i]);
  }
  return text.empty() ? context.say("not_stated") : text;
}

bool is_published_cost(const Figure& figure) {
  return figure.measure.dimension == Dimension::kMoney &&
         (figure.path.starts_with("total.") || figure.path.starts_with("figures.") ||
          figure.path.starts_with("estimates."));
}

void add_cost_rows(const RuleContext& context, const Claim& claim, VerdictTable& table,
                   std::vector<double>& values) {
  for (const Figure* figure : claim.all_figures()) {
    if (!is_published_cost(*figure)) continue;
    const CheckInput shown = context.shown(*figure);
    const std::string what =
        figure->role.empty() ? figure->path.substr(figure->path.find('.') + 1) : shown.name;
    const std::string scope = figure->includes.empty()
                                  ? scope_text(context, claim.scope)
                                  : scope_names(context.language(), figure->includes);
    table.rows.push_back({claim.id, what, figure->text(), scope,
                          fmt::format("{} ({})", shown.source, context.say(shown.mark))});
    if (figure->measure.currency == "USD") values.push_back(figure->measure.value);
  }
}

}  // namespace

void shares_of_the_whole(const RuleContext& context, Findings& findings) {
  const Figure* headline = context.claim().headline_figure();
  if (context.claim().shares.empty() || headline == nullptr ||
      headline->measure.dimension != Dimension::kRatio) {
    return;
  }
  std::optional<Term> low;
  std::optional<Term> high;
  for (const ShareRow& row : context.claim().shares) {
    const Term share = context.term(row.share, "%");
    Term lower = share;
    Term upper = share;
    if (row.share.to) {
      lower.value = row.share.measure.value * 100;
      lower.text = exact_text(lower.value);
      upper.value = row.share.to->value * 100;
      upper.text = exact_text(upper.value);
    }
    low = low ? *low + lower : lower;
    high = high ? *high + upper : upper;
  }
  const Bounds<double> range{low->value, high->value};
  const Bounds<double> said{headline->bounds().low * 100, headline->bounds().high * 100};
  const bool contains = intervals_meet(range, said);
  Finding finding = plain_finding(
      context, CheckKind::kProvenance, "shares_of_the_whole",
      contains ? CheckResult::kPass : CheckResult::kFlag,
      context.say(contains ? "shares_contain" : "shares_exclude", rounded_text(range.low, 4),
                  rounded_text(range.high, 4), headline->text()));
  finding.check.formula = fmt::format("{}; {}", formula_text(*low, "%"), formula_text(*high, "%"));
  finding.check.computed = CheckNumber{(range.low + range.high) / 2, range, "%"};
  for (const TermInput& input : low->inputs) finding.check.inputs.push_back(input.shown);
  finding.touches_headline = true;
  finding.range_contains = contains;
  findings.list.push_back(std::move(finding));
}

void remarks(const RuleContext& context, Findings& findings) {
  for (const Remark& remark : context.claim().remarks) {
    findings.list.push_back(
        plain_finding(context, CheckKind::kProvenance, "disputed", CheckResult::kFlag,
                      remark.text.in(context.language()),
                      {context.shown(remark.source, context.say("remark"),
                                     remark.claim.empty() ? "-" : remark.claim)}));
  }
}

void variants(const RuleContext& context, Findings& findings) {
  const Claim& claim = context.claim();
  const Figure* headline = claim.headline_figure();
  if (headline == nullptr) return;
  for (const Variant& variant : claim.variants) {
    const Figure& here = variant.of ? context.set().figure(claim, *variant.of) : *headline;
    if (here.measure.dimension != variant.value.measure.dimension ||
        here.measure.currency.empty() != variant.value.measure.currency.empty()) {
      fail_at(variant.value.place, fmt::format("a variant of \"{}\" is in its unit: \"{}\"",
                                               here.text(), variant.value.measure.text));
    }
    CurrencyNote note;
    const std::string unit = reckoning_unit(here.measure);
    const Term value = in_currency(context, variant.value, unit, here.measure.currency, note);
    if (!note.lacks.empty()) {
      findings.list.push_back(unconverted(context, CheckKind::kProvenance, "variants_differ", "",
                                          note,
                                          {context.shown(here), context.shown(variant.value)}));
      continue;
    }
    const Term printed = context.term(here, unit);
    const bool value_fits = intervals_meet(value.bounds, printed.bounds);
    const bool date_fits = variant.date.empty() || claim.date.empty() ||
                           claim.date.starts_with(variant.date) ||
                           variant.date.starts_with(claim.date);
    const double nought = printed.value == 0 ? 1 : printed.value;  // no share of nothing
    const double away = (value.value - printed.value) / nought;
    Finding finding = plain_finding(
        context, CheckKind::kProvenance, "variants_differ",
        value_fits && date_fits ? CheckResult::kPass : CheckResult::kFlag,
        context.say("variant", variant.value.text(), here.text(), signed_percent_text(away),
                    variant.date.empty() ? context.say("not_stated") : variant.date, claim.date),
        {context.shown(here), context.shown(variant.value)});
    tell_conversion(context, note, finding);
    findings.list.push_back(std::move(finding));
  }
}

void published_costs(const RuleContext& context, Findings& findings) {
  const Claim& claim = context.claim();
  const Figure* headline = claim.headline_figure();
  if (headline == nullptr || headline->measure.dimension != Dimension::kMoney) return;
  VerdictTable table{.title = context.say("table_costs", claim.subject),
                     .header = {context.say("column_claim"), context.say("column_what"),
                                context.say("column_amount"), context.say("column_scope"),
                                context.say("column_source")},
                     .rows = {}};
  std::vector<double> values;
  size_t claims = 0;
  for (const auto& [id, other] : context.set().claims()) {
    if (other.subject != claim.subject || other.headline_figure() == nullptr) continue;
    add_cost_rows(context, other, table, values);
    ++claims;
  }
  if (claims < 2 || table.rows.size() < 2) return;
  if (values.size() >= 2) {
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    table.title += " " + context.say("table_costs_spread", rounded_text(*high / *low, 3));
  }
  findings.tables.push_back(std::move(table));
}

}  // namespace assay::audit
