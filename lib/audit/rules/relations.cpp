#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string_view>
#include <vector>

#include "audit/comparison/comparison.h"
#include "audit/output/number_text.h"
#include "audit/rules/relation_rows.h"
#include "audit/rules/rules.h"

namespace assay::audit {
namespace {

// The figures of a row in one part; nothing where a needed one is not known, where the part states
// none of them itself, or where currencies differ. `bare`: without the factors that some sources
// leave out.
std::optional<Relation> relation_in(const RuleContext& context, const ClaimPart& part,
                                    const RelationRow& row, bool bare) {
  if (!row.unless.empty() && part.find(row.unless) != nullptr) return std::nullopt;
  Relation relation{.rule = std::string(row.rule),
                    .about = part.path == "total" ? std::string() : part.name,
                    .constant = row.constant};
  bool own = false;
  std::string currency;
  for (const RolePower& power : row.powers) {
    const Figure* figure = power.either && bare ? nullptr : context.find(part, power.role);
    if (figure == nullptr) {
      if (power.optional) continue;
      return std::nullopt;
    }
    own = own || part.find(power.role) == figure;
    if (!figure->measure.currency.empty()) {
      if (!currency.empty() && currency != figure->measure.currency) return std::nullopt;
      currency = figure->measure.currency;
    }
    const std::string_view unit = power.unit.empty() ? figure->measure.unit : power.unit;
    relation.powers.push_back({context.term(*figure, unit), power.exponent});
  }
  return own ? std::optional(relation) : std::nullopt;
}

bool states_power_draw(const RuleContext& context, const ClaimPart& part) {
  return context.find(part, "load") != nullptr && context.find(part, "node_factor") != nullptr;
}

// What a device may draw is not what it drew: a data sheet's power times hours lies above measured
// energy by the load and below it by the node and the building. Within that it is no contradiction.
void excuse_power(const RuleContext& context, const ClaimPart& part, Finding& finding) {
  constexpr double kLeast = 1 / 4.0;  // of the computed energy: a load of a quarter
  constexpr double kMost = 3.5;       // a node of 2.2 times its devices in a building of PUE 1.6
  if (finding.check.result != CheckResult::kFail || states_power_draw(context, part)) return;
  const bool power =
      finding.check.rule.starts_with("energy_from") || finding.check.rule == "carbon_from_power";
  if (!power) return;
  const double ratio = finding.check.expected->value / finding.check.computed->value;
  const bool solved_for_energy =
      finding.check.expected->unit == "kWh" || finding.check.expected->unit == "kgCO2e";
  if (!solved_for_energy || ratio < kLeast || ratio > kMost) return;
  finding.check.result = CheckResult::kFlag;
  finding.check.sentence = context.say("power_not_draw", finding.check.sentence);
}

// The product of a relation at its printed figures; one where they fit. The finding was solved for
// the headline where that takes part, else for the first figure.
double product_of(const RuleContext& context, const Relation& relation, const Finding& finding) {
  size_t output = relation.output;
  for (size_t i = 0; i < relation.powers.size(); ++i) {
    if (context.is_headline(relation.powers[i].term)) output = i;
  }
  return std::pow(finding.check.expected->value / finding.check.computed->value,
                  relation.powers[output].exponent);
}

// Fewer hours than devices x time, and more than a steady speed would take, are a contradiction
// only where little more than a third of the time, or less, would have been used. The other way
// round cannot be.
void excuse_idle(const RuleContext& context, const RelationRow& row, const Relation& relation,
                 Finding& finding) {
  constexpr double kLeast = 0.35;
  if (row.idle == 0 || finding.check.result != CheckResult::kFail) return;
  const double used = std::pow(product_of(context, relation, finding), -row.idle);
  if (used >= 1 || used < kLeast) return;
  Relation excused = relation;
  excused.excused = true;
  finding = compare_relation(context, excused);
  finding.check.sentence =
      context.say("devices_not_always_used", finding.check.sentence, percent_text(used));
}

// True where the claim's amount is said to hold more than the rent of its own hours.
bool holds_more_than_hours(const RuleContext& context) {
  constexpr std::array<std::string_view, 6> kBeyond{"failed-runs", "ablations", "data-synthesis",
                                                    "staff",       "capex",     "inference"};
  const Scope& scope = context.claim().scope;
  return std::any_of(kBeyond.begin(), kBeyond.end(), [&](std::string_view dimension) {
    return scope[*scope_index(dimension)] == ScopeState::kIncluded;
  });
}

// More money than hours x price come to is no contradiction where staff or further runs are in it.
void excuse_scope(const RuleContext& context, const RelationRow& row, const Relation& relation,
                  Finding& finding) {
  const bool rent = row.rule == "hours_times_price" || row.rule == "time_times_price";
  if (!rent || finding.check.result != CheckResult::kFail || !holds_more_than_hours(context))
    return;
  if (product_of(context, relation, finding) >= 1) return;
  Relation excused = relation;
  excused.excused = true;
  finding = compare_relation(context, excused);
  finding.check.sentence = context.say("amount_holds_more", finding.check.sentence);
}

// Certificates that a market figure counts are not in a grid's intensity: what both give is no
// contradiction of it.
void excuse_market(const RuleContext& context, const ClaimPart& part, const Relation& relation,
                   Finding& finding) {
  const bool carbon = relation.rule == "carbon_from_energy" || relation.rule == "carbon_from_power";
  if (!carbon || part.accounting != "market") return;
  if (finding.check.result != CheckResult::kFail) return;
  Relation excused = relation;
  excused.excused = true;
  finding = compare_relation(context, excused);
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

}  // namespace

void printed_relations(const RuleContext& context, Findings& findings) {
  for (const ClaimPart* part : context.parts()) {
    bool building_in_energy = false;
    for (const RelationRow& row : relation_rows()) {
      const std::optional<Relation> full = relation_in(context, *part, row, false);
      const std::optional<Relation> bare = relation_in(context, *part, row, true);
      if (!full) continue;
      Readings readings{compare_relation(context, *full), std::nullopt};
      if (bare && bare->powers.size() < full->powers.size()) {
        readings.bare = compare_relation(context, *bare);
      }
      building_in_energy = building_in_energy || holds_building(readings);
      Finding finding = readings.full;
      if (readings.bare && row.rule == "carbon_from_energy" && building_in_energy) {
        finding = once(context, *bare, readings);
      } else if (readings.bare && is_better(*readings.bare, finding)) {
        finding = *readings.bare;
      }
      excuse_power(context, *part, finding);
      excuse_idle(context, row, *full, finding);
      excuse_scope(context, row, *full, finding);
      excuse_market(context, *part, *full, finding);
      findings.list.push_back(std::move(finding));
    }
  }
}

void stated_products(const RuleContext& context, Findings& findings) {
  for (const ProductStatement& product : context.claim().products) {
    const Figure& result = context.set().figure(context.claim(), product.product);
    Relation relation{.rule = "stated_product", .about = product.name};
    relation.powers.push_back({context.term(result, result.measure.unit), -1});
    for (const FigureRef& ref : product.factors) {
      const Figure& factor = context.set().figure(context.claim(), ref);
      relation.powers.push_back({context.term(factor, factor.measure.unit), 1});
    }
    findings.list.push_back(compare_relation(context, relation));
  }
}

}  // namespace assay::audit
