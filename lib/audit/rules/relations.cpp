#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>
#include <vector>

#include "audit/claims/product_units.h"
#include "audit/comparison/comparison.h"
#include "audit/exchange_rate.h"
#include "audit/output/number_text.h"
#include "audit/rules/relation_excuses.h"
#include "audit/rules/relation_rows.h"
#include "audit/rules/rules.h"

namespace assay::audit {
namespace {

// What a row finds in one part.
struct RowFigures {
  Relation relation;
  CurrencyNote currencies;
};

// Money that is said to be of electricity and nothing else: the stage's dimension, or the scope.
bool is_of_electricity_alone(const RuleContext& context, const ClaimPart& part) {
  if (!part.dimension.empty()) return part.dimension == "energy";
  const Scope& scope = context.claim().scope;
  const auto included = std::count(scope.begin(), scope.end(), ScopeState::kIncluded);
  return included == 1 && scope[*scope_index("energy")] == ScopeState::kIncluded;
}

// A cost of electricity is printed as such, or is all the money of a part that states no rent.
const Figure* figure_of(const RuleContext& context, const ClaimPart& part, std::string_view role) {
  const Figure* figure = context.find(part, role);
  if (figure != nullptr || role != "electricity" || part.find("price") != nullptr) return figure;
  return part.find("money");
}

// Money of a part that may hold more than its electricity contradicts no tariff.
bool may_hold_more_than_electricity(const RuleContext& context, const ClaimPart& part,
                                    const RelationRow& row) {
  return row.powers.front().role == "electricity" && context.find(part, "electricity") == nullptr &&
         !is_of_electricity_alone(context, part);
}

// Brings a figure's currency to that of the row's first amount.
void convert(const RuleContext& context, const Figure& figure, int exponent,
             const std::string& currency, RowFigures& found) {
  const std::optional<ExchangeRate> rate =
      exchange_rate(context, figure.measure.currency, currency);
  if (!rate) {
    found.currencies.lacks = context.say("missing_rate", figure.measure.currency, currency);
    return;
  }
  found.relation.powers.push_back({rate->term, exponent});
  found.currencies.at_rate = rate->said;
  found.currencies.assumed = !rate->printed;
  found.relation.excused = found.relation.excused || found.currencies.assumed;
}

bool has_role(const RelationRow& row, std::string_view role) {
  return std::ranges::any_of(row.powers,
                             [&](const RolePower& power) { return power.role == role; });
}

// Nodes times devices per node stand in for devices that are not printed. False where they are not
// printed either.
bool take_nodes(const RuleContext& context, const ClaimPart& part, int exponent, RowFigures& found,
                bool& own) {
  const Figure* nodes = context.find(part, "nodes");
  const Figure* each = context.find(part, "devices_per_node");
  if (nodes == nullptr || each == nullptr) return false;
  own = own || part.find("nodes") == nodes || part.find("devices_per_node") == each;
  found.relation.powers.push_back({context.term(*nodes, "count"), exponent});
  found.relation.powers.push_back({context.term(*each, "gpu"), exponent});
  return true;
}

// The figures of a row in one part; nothing where a needed one is not known, or where the part
// states none of them itself. `bare`: without the factors that some sources leave out.
std::optional<RowFigures> figures_in(const RuleContext& context, const ClaimPart& part,
                                     const RelationRow& row, bool bare) {
  if (!row.unless.empty() && part.find(row.unless) != nullptr) return std::nullopt;
  RowFigures found{
      .relation = {.rule = std::string(row.rule), .about = part.label(), .constant = row.constant}};
  bool own = false;
  std::string currency;
  for (const RolePower& power : row.powers) {
    const Figure* figure = power.either && bare ? nullptr : figure_of(context, part, power.role);
    if (figure == nullptr) {
      const bool nodes = power.role == "devices" && !has_role(row, "nodes") &&
                         take_nodes(context, part, power.exponent, found, own);
      if (power.optional || nodes) continue;
      return std::nullopt;
    }
    own = own || part.find(figure->role) == figure;
    const std::string& is = figure->measure.currency;
    if (currency.empty()) currency = is;
    if (!is.empty() && is != currency) convert(context, *figure, power.exponent, currency, found);
    const std::string unit =
        power.unit.empty() ? reckoning_unit(figure->measure) : std::string(power.unit);
    found.relation.powers.push_back({context.term(*figure, unit), power.exponent});
  }
  return own ? std::optional(found) : std::nullopt;
}

// How far off, in either direction.
double distance(const Finding& finding) {
  return std::abs(std::log(finding.check.computed->value / finding.check.expected->value));
}

int severity(CheckResult result) { return static_cast<int>(result); }

// True where the second reading explains the printed figure better.
bool is_better(const Finding& other, const Finding& finding) {
  if (severity(other.check.result) != severity(finding.check.result)) {
    return severity(other.check.result) < severity(finding.check.result);
  }
  return distance(other) < distance(finding);
}

// A relation in one part, with and without the factors that some sources leave out.
struct Readings {
  Finding full;
  std::optional<Finding> bare;
};

// True where the printed energy fits with the building in it, and not without.
bool holds_building(const Readings& readings) {
  return readings.full.check.rule.starts_with("energy_from") && readings.bare &&
         readings.full.check.result == CheckResult::kPass &&
         readings.bare->check.result != CheckResult::kPass;
}

// Carbon of energy that has the building in it already: only the reading without it is left.
Finding once(const RuleContext& context, const Relation& bare, const Readings& readings) {
  Finding finding = *readings.bare;
  if (severity(readings.full.check.result) >= severity(finding.check.result)) return finding;
  Relation excused = bare;
  excused.excused = true;
  finding = compare_relation(context, excused);
  finding.check.sentence = context.say("building_counted_twice", finding.check.sentence);
  finding.against_headline = finding.touches_headline;
  return finding;
}

Finding without_rate(const RuleContext& context, const RowFigures& found) {
  std::vector<CheckInput> inputs;
  for (const Power& power : found.relation.powers) {
    for (const TermInput& input : power.term.inputs) inputs.push_back(input.shown);
  }
  return unconverted(context, CheckKind::kIdentity, found.relation.rule, found.relation.about,
                     found.currencies, std::move(inputs));
}

Finding judge_row(const RuleContext& context, const ClaimPart& part, const RelationRow& row,
                  const RowFigures& full, bool& building_in_energy) {
  const std::optional<RowFigures> bare = figures_in(context, part, row, true);
  Readings readings{compare_relation(context, full.relation), std::nullopt};
  if (bare && bare->relation.powers.size() < full.relation.powers.size()) {
    readings.bare = compare_relation(context, bare->relation);
  }
  building_in_energy = building_in_energy || holds_building(readings);
  Finding finding = readings.full;
  if (readings.bare && row.rule == "carbon_from_energy" && building_in_energy) {
    finding = once(context, bare->relation, readings);
  } else if (readings.bare && is_better(*readings.bare, finding)) {
    finding = *readings.bare;
  }
  excuse_miss(context, part, row, full.relation, finding);
  tell_conversion(context, full.currencies, finding);
  return finding;
}

Finding judge_product(const RuleContext& context, const std::string& name,
                      const std::vector<const Figure*>& factors, const Figure& result) {
  const bool has_rate = std::ranges::any_of(factors, [](const Figure* factor) {
    return factor->measure.dimension == Dimension::kMoneyPerMoney;
  });
  const std::string& currency = result.measure.currency;
  RowFigures found{.relation = {.rule = "stated_product",
                                .about = name,
                                .constant = product_scale(factors, result).value_or(1)}};
  found.relation.powers.push_back({context.term(result, result.measure.unit), -1});
  for (const Figure* factor : factors) {
    found.relation.powers.push_back({context.term(*factor, factor->measure.unit), 1});
    const std::string& is = factor->measure.currency;
    if (!has_rate && !is.empty() && !currency.empty() && is != currency) {
      convert(context, *factor, 1, currency, found);
    }
  }
  if (!found.currencies.lacks.empty()) return without_rate(context, found);
  Finding finding = compare_relation(context, found.relation);
  tell_conversion(context, found.currencies, finding);
  return finding;
}

}  // namespace

void printed_relations(const RuleContext& context, Findings& findings) {
  for (const ClaimPart* part : context.parts()) {
    bool building_in_energy = false;
    for (const RelationRow& row : relation_rows()) {
      const std::optional<RowFigures> full = figures_in(context, *part, row, false);
      if (!full) continue;
      // With what was emitted for the devices' making it is a sum: carbon_with_embodied.
      const bool sum = part->find("embodied_carbon") != nullptr && part->embodied != "excluded";
      if (is_carbon_relation(full->relation) && sum) continue;
      if (!full->currencies.lacks.empty()) {
        findings.list.push_back(without_rate(context, *full));
        continue;
      }
      Finding finding = judge_row(context, *part, row, *full, building_in_energy);
      const bool open = may_hold_more_than_electricity(context, *part, row);
      if (open && finding.check.result != CheckResult::kPass) {
        finding = plain_finding(context, CheckKind::kIdentity, std::string(row.rule),
                                CheckResult::kNotApplicable,
                                context.say("more_than_electricity", finding.check.sentence));
      }
      findings.list.push_back(std::move(finding));
    }
  }
}

void stated_products(const RuleContext& context, Findings& findings) {
  for (const ProductStatement& product : context.claim().products) {
    const Figure& result = context.set().figure(context.claim(), product.product);
    std::vector<const Figure*> factors;
    for (const FigureRef& ref : product.factors) {
      factors.push_back(&context.set().figure(context.claim(), ref));
    }
    findings.list.push_back(judge_product(context, product.name, factors, result));
  }
}

}  // namespace assay::audit
