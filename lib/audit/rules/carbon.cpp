#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "audit/comparison/comparison.h"
#include "audit/output/number_text.h"
#include "audit/rules/rules.h"
#include "audit/training_compute.h"
#include "audit/uncertainty/propagate.h"

namespace assay::audit {
namespace {

// Rows of one table that were made on one kind of device by one method share their emissions per
// hour; further apart than this no two grids of the registry lie.
constexpr double kRowsApart = 20.0;

// Electricity of a part: printed, or GPU-hours times the printed or nominal power.
struct Electricity {
  Term term;             ///< in MWh
  bool nominal = false;  ///< from power: neither load, node nor building is in it
};

std::optional<Electricity> electricity_of(const RuleContext& context, const ClaimPart& part) {
  if (const Figure* energy = context.find(part, "energy")) {
    return Electricity{context.term(*energy, "MWh"), false};
  }
  const std::optional<Term> hours = hours_term(context, part);
  if (!hours) return std::nullopt;
  if (const Figure* power = context.find(part, "power")) {
    return Electricity{*hours * context.term(*power, "MW"), true};
  }
  const auto device = context.registry().devices().find(context.device(part));
  if (device == context.registry().devices().end() || !device->second.tdp) return std::nullopt;
  return Electricity{*hours * context.term(*device->second.tdp, "MW", device->first + " TDP"),
                     true};
}

Bounds<double> grid_range(const RuleContext& context) {
  Bounds<double> range{std::numeric_limits<double>::infinity(), 0};
  for (const auto& [id, grid] : context.registry().grids()) {
    range.low = std::min(range.low, grid.intensity.measure.value);
    range.high = std::max(range.high, grid.intensity.measure.value);
  }
  return range;
}

// What emissions per MWh can be where the grid is one of the registry's: nominal power may hide a
// load of a quarter on one side, node and building (3.5 together) on the other.
Bounds<double> possible(const RuleContext& context, const Electricity& electricity) {
  Bounds<double> range = grid_range(context);
  range.high *= electricity.nominal ? 3.5 : 2.0;  // a building may stand outside printed energy
  if (electricity.nominal) range.low *= 0.25;
  return range;
}

bool is_market_based(const ClaimPart& part) { return part.accounting == "market"; }

// What was emitted for the making of the devices is in the figure, or may be.
bool holds_making(const ClaimPart& part) {
  return part.embodied == "included" ||
         (part.find("embodied_carbon") != nullptr && part.embodied != "excluded");
}

void judge_intensity(const RuleContext& context, const ClaimPart& part, const Figure& carbon,
                     const Electricity& electricity, Findings& findings) {
  const Term rate = context.term(carbon, "tCO2e") / electricity.term;
  const Bounds<double> range = possible(context, electricity);
  const bool inside = intervals_meet(rate.bounds, range);
  Finding finding =
      plain_finding(context, CheckKind::kPower, "carbon_per_energy",
                    inside ? CheckResult::kPass : CheckResult::kFlag,
                    context.say(inside ? "carbon_inside" : "carbon_outside",
                                readable_text(rate.value, "tCO2e/MWh"), readable_text(range.low, 3),
                                readable_text(range.high, 3)));
  if (part.path != "total") finding.check.name += ": " + part.name;
  finding.check.formula = formula_text(rate, "tCO2e/MWh");
  finding.check.computed = check_number(rate, "tCO2e/MWh");
  for (const TermInput& input : rate.inputs) finding.check.inputs.push_back(input.shown);
  finding.touches_headline = context.is_headline(carbon);
  findings.list.push_back(std::move(finding));
}

void judge_part(const RuleContext& context, const ClaimPart& part, Findings& findings) {
  const Figure* carbon = part.find("carbon");
  if (carbon == nullptr) return;
  if (is_market_based(part)) {
    findings.list.push_back(plain_finding(
        context, CheckKind::kPower, "market_based_carbon", CheckResult::kFlag,
        context.say("market_based_carbon", carbon->text()), {context.shown(*carbon)}));
    return;
  }
  if (holds_making(part)) return;  // no grid bounds it
  // A printed intensity is checked by its own relation.
  if (context.find(part, "carbon_intensity") != nullptr || grid_range(context).high == 0) return;
  if (const std::optional<Electricity> electricity = electricity_of(context, part)) {
    judge_intensity(context, part, *carbon, *electricity, findings);
  }
}

struct Row {
  const ClaimPart* part;
  const Figure* carbon;
  Term rate;  ///< tCO2e per gpu_h
  bool possible_grid;
};

std::vector<Row> table_rows(const RuleContext& context) {
  std::vector<Row> rows;
  for (const ClaimPart* part : context.parts()) {
    const Figure* carbon = part->find("carbon");
    const Figure* hours = part->find("hours");
    if (carbon == nullptr || hours == nullptr || is_market_based(*part)) continue;
    if (holds_making(*part) || carbon->measure.value == 0) continue;
    if (part->find("carbon_intensity") != nullptr || carbon->source.key != hours->source.key) {
      continue;
    }
    const std::optional<Electricity> electricity = electricity_of(context, *part);
    if (!electricity) continue;
    const Term intensity = context.term(*carbon, "tCO2e") / electricity->term;
    rows.push_back({part, carbon, context.term(*carbon, "tCO2e") / context.term(*hours, "gpu_h"),
                    intervals_meet(intensity.bounds, possible(context, *electricity))});
  }
  return rows;
}

// A row that no grid explains beside rows of the same source and device that one does.
void judge_rows(const RuleContext& context, const Row& odd, const Row& usual, Findings& findings) {
  if (odd.possible_grid || !usual.possible_grid) return;
  if (odd.carbon->source.key != usual.carbon->source.key ||
      context.device(*odd.part) != context.device(*usual.part)) {
    return;
  }
  const double apart =
      std::max(odd.rate.value / usual.rate.value, usual.rate.value / odd.rate.value);
  if (apart < kRowsApart) return;
  const bool recalled = odd.carbon->recalled() && usual.carbon->recalled();
  const Term ratio = odd.rate / usual.rate;
  Finding finding =
      plain_finding(context, CheckKind::kPower, "carbon_rows_apart",
                    recalled ? CheckResult::kFlag : CheckResult::kFail,
                    context.say("carbon_rows_apart", odd.carbon->text(),
                                readable_text(odd.rate.value * 1e6, 3), usual.carbon->text(),
                                readable_text(usual.rate.value * 1e6, 3), readable_text(apart, 3)));
  finding.check.formula = formula_text(ratio, "");
  finding.check.computed = check_number(odd.rate, "tCO2e/gpu_h");
  finding.check.expected = check_number(usual.rate, "tCO2e/gpu_h");
  for (const TermInput& input : ratio.inputs) finding.check.inputs.push_back(input.shown);
  finding.touches_headline = context.is_headline(*odd.carbon);
  findings.list.push_back(std::move(finding));
}

// What running the devices emitted, in kgCO2e.
struct Operation {
  Term term;
  bool nominal = false;  ///< from power: neither load nor node need be in it
};

// Electricity, printed or from hours and power, times the printed intensity; with or without the
// building.
std::vector<Operation> operation_readings(const RuleContext& context, const ClaimPart& part) {
  const Figure* energy = context.find(part, "energy");
  const Figure* intensity = context.find(part, "carbon_intensity");
  const Figure* power = context.find(part, "power");
  const std::optional<Term> hours = hours_term(context, part);
  if (intensity == nullptr || (energy == nullptr && (power == nullptr || !hours))) return {};
  Term used =
      energy != nullptr ? context.term(*energy, "kWh") : *hours * context.term(*power, "kW");
  for (const char* factor : {"node_factor", "load"}) {
    const Figure* figure = context.find(part, factor);
    if (energy == nullptr && figure != nullptr) used = used * context.term(*figure, "x");
  }
  const Term bare = used * context.term(*intensity, "kgCO2e/kWh");
  const Figure* pue = context.find(part, "pue");
  std::vector<Operation> readings{{bare, energy == nullptr}};
  if (pue != nullptr) readings.push_back({bare * context.term(*pue, "x"), energy == nullptr});
  return readings;
}

// The reading that explains the printed sum best: with the making where it is said to be in it,
// else with it or without. What was emitted for the making alone is no more than the sum; a larger
// sum may hold what idle machines and the building took, as BLOOM's does.
void judge_sum(const RuleContext& context, const ClaimPart& part, const Figure& embodied,
               Findings& findings) {
  const Figure* carbon = part.find("carbon");
  if (carbon == nullptr) return;
  std::optional<Finding> best;
  const auto consider = [&](const Term& computed, bool nominal) {
    Finding finding = compare(context, {.rule = "carbon_with_embodied",
                                        .kind = CheckKind::kIdentity,
                                        .about = part.label(),
                                        .unit = "kgCO2e",
                                        .computed = computed,
                                        .expected = context.term(*carbon, "kgCO2e"),
                                        .rows = true,
                                        .excused = nominal || is_market_based(part)});
    if (!best || finding.check.result < best->check.result) best = std::move(finding);
  };
  const Term making = context.term(embodied, "kgCO2e");
  for (const Operation& operation : operation_readings(context, part)) {
    consider(operation.term + making, operation.nominal);
    if (part.embodied.empty()) consider(operation.term, operation.nominal);
  }
  const bool more = making.widest.low > context.term(*carbon, "kgCO2e").widest.high;
  if (!best && more && part.embodied == "included") consider(making, false);
  if (best) findings.list.push_back(std::move(*best));
}

}  // namespace

void carbon_with_embodied(const RuleContext& context, Findings& findings) {
  for (const ClaimPart* part : context.parts()) {
    const Figure* embodied = part->find("embodied_carbon");
    if (embodied != nullptr && holds_making(*part)) judge_sum(context, *part, *embodied, findings);
  }
}

void carbon_per_energy(const RuleContext& context, Findings& findings) {
  for (const ClaimPart* part : context.parts()) judge_part(context, *part, findings);
}

void carbon_rows_apart(const RuleContext& context, Findings& findings) {
  const std::vector<Row> rows = table_rows(context);
  for (const Row& odd : rows) {
    for (const Row& usual : rows) judge_rows(context, odd, usual, findings);
  }
}

}  // namespace assay::audit
