#include <array>
#include <cmath>
#include <optional>
#include <string_view>
#include <vector>

#include "audit/comparison/comparison.h"
#include "audit/output/number_text.h"
#include "audit/rules/rules.h"

namespace assay::audit {
namespace {

struct RolePower {
  std::string_view role;
  std::string_view unit;  ///< empty: the printed unit (money, whose currency must agree)
  int exponent = 1;
  bool optional = false;
  bool either = false;  ///< sources print the product with it and without it
};

/// constant * product of role^exponent = 1 within one stage, run or total. The first role is what
/// the relation is solved for unless the headline takes part.
struct RelationRow {
  std::string_view rule;
  double constant = 1.0;
  std::vector<RolePower> powers;
  std::string_view unless;  ///< a role that makes this row superfluous where the part states it
  /// Devices that are held are not always at work, and not at the speed of a steady step: the
  /// product may lie above one (1), below one (-1), or neither (0).
  int idle = 0;
};

const std::vector<RelationRow>& relation_rows() {
  static const std::vector<RelationRow> kRows{
      {"hours_times_price", 1.0, {{"money", "", -1}, {"hours", "gpu_h"}, {"price", ""}}, {}},
      {"time_times_price",
       1.0,
       {{"money", "", -1}, {"devices", "gpu"}, {"wall", "h"}, {"price", ""}},
       "hours",
       1},
      {"devices_times_time",
       1.0,
       {{"hours", "gpu_h", -1}, {"devices", "gpu"}, {"wall", "h"}},
       {},
       1},
      {"rate_times_tokens",
       1.0,
       {{"hours", "gpu_h", -1}, {"hours_per_token", "gpu_h/Ttoken"}, {"tokens", "Ttoken"}},
       {},
       -1},
      {"devices_times_time_per_token",
       24.0,
       {{"hours_per_token", "gpu_h/Ttoken", -1},
        {"devices", "gpu"},
        {"wall_per_token", "day/Ttoken"}},
       {},
       1},
      {"nodes_times_devices",
       1.0,
       {{"devices", "gpu", -1}, {"nodes", "count"}, {"devices_per_node", "gpu"}},
       {}},
      {"tokens_over_throughput",
       24.0,
       {{"hours", "gpu_h", -1},
        {"tokens", "token"},
        {"devices", "gpu"},
        {"throughput", "token/day", -1}},
       {},
       -1},
      {"tokens_over_device_throughput",
       1.0 / 3600,
       {{"hours", "gpu_h", -1}, {"tokens", "token"}, {"device_throughput", "token/s/gpu", -1}},
       {},
       -1},
      {"devices_times_throughput",
       1.0,
       {{"wall", "s", -1}, {"tokens", "token"}, {"throughput", "token/s", -1}},
       "hours",
       -1},
      {"devices_times_device_throughput",
       1.0,
       {{"wall", "s", -1},
        {"tokens", "token"},
        {"devices", "gpu", -1},
        {"device_throughput", "token/s/gpu", -1}},
       "hours",
       -1},
      {"achieved_times_devices_and_time",
       1.0,
       {{"flops", "FLOP", -1}, {"achieved", "FLOP/s"}, {"devices", "gpu"}, {"wall", "s"}},
       "hours",
       1},
      {"energy_from_devices",
       1.0,
       {{"energy", "kWh", -1},
        {"devices", "gpu"},
        {"wall", "h"},
        {"power", "kW"},
        {"node_factor", "x", 1, true},
        {"load", "x", 1, true},
        {"pue", "x", 1, true, true}},
       "hours"},
      {"compute_per_token",
       1.0,
       {{"flops", "FLOP", -1}, {"flops_per_token", "FLOP/token"}, {"tokens", "token"}},
       {}},
      {"achieved_times_hours",
       3600.0,
       {{"flops", "FLOP", -1}, {"achieved", "FLOP/s"}, {"hours", "gpu_h"}},
       {},
       1},
      {"energy_from_power",
       1.0,
       {{"energy", "kWh", -1},
        {"hours", "gpu_h"},
        {"power", "kW"},
        {"node_factor", "x", 1, true},
        {"load", "x", 1, true},
        {"pue", "x", 1, true, true}},
       {}},
      {"carbon_from_energy",
       1.0,
       {{"carbon", "kgCO2e", -1},
        {"energy", "kWh"},
        {"carbon_intensity", "kgCO2e/kWh"},
        {"pue", "x", 1, true, true}},
       {}},
      {"rollouts_from_steps",
       1.0,
       {{"rollouts", "count", -1}, {"steps", "count"}, {"prompts", "count"}, {"samples", "count"}},
       {}},
      {"sampled_tokens_from_rollouts",
       1.0,
       {{"sampled_tokens", "token", -1}, {"rollouts", "count"}, {"response_tokens", "token"}},
       {}},
      {"sampled_tokens_from_steps",
       1.0,
       {{"sampled_tokens", "token", -1},
        {"steps", "count"},
        {"prompts", "count"},
        {"samples", "count"},
        {"response_tokens", "token"}},
       "rollouts"},
      {"carbon_from_power",
       1.0,
       {{"carbon", "kgCO2e", -1},
        {"hours", "gpu_h"},
        {"power", "kW"},
        {"node_factor", "x", 1, true},
        {"load", "x", 1, true},
        {"pue", "x", 1, true, true},
        {"carbon_intensity", "kgCO2e/kWh"}},
       "energy"},
  };
  return kRows;
}

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
// only where less than two fifths of the time would have been used. The other way round cannot be.
void excuse_idle(const RuleContext& context, const RelationRow& row, const Relation& relation,
                 Finding& finding) {
  constexpr double kLeast = 0.4;
  if (row.idle == 0 || finding.check.result != CheckResult::kFail) return;
  const double used = std::pow(product_of(context, relation, finding), -row.idle);
  if (used >= 1 || used < kLeast) return;
  Relation excused = relation;
  excused.excused = true;
  finding = compare_relation(context, excused);
  finding.check.sentence =
      context.say("devices_not_always_used", finding.check.sentence, percent_text(used));
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

}  // namespace

void printed_relations(const RuleContext& context, Findings& findings) {
  for (const ClaimPart* part : context.parts()) {
    for (const RelationRow& row : relation_rows()) {
      const std::optional<Relation> full = relation_in(context, *part, row, false);
      const std::optional<Relation> bare = relation_in(context, *part, row, true);
      if (!full) continue;
      Finding finding = compare_relation(context, *full);
      if (bare && bare->powers.size() < full->powers.size()) {
        Finding other = compare_relation(context, *bare);
        if (is_better(other, finding)) finding = std::move(other);
      }
      excuse_power(context, *part, finding);
      excuse_idle(context, row, *full, finding);
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
