#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "audit/claims/figure_role.h"
#include "audit/comparison/comparison.h"
#include "audit/exchange_rate.h"
#include "audit/output/number_text.h"
#include "audit/rules/rules.h"
#include "audit/training_compute.h"

namespace assay::audit {
namespace {

// Work units in which a reader adds; money keeps its currency.
std::string work_unit(const Figure& figure) {
  switch (figure.measure.dimension) {
    case Dimension::kGpuHours:
      return "gpu_h";
    case Dimension::kEnergy:
      return "kWh";
    case Dimension::kCarbon:
      return "kgCO2e";
    case Dimension::kTokens:
      return "token";
    case Dimension::kSeconds:
      return "h";
    case Dimension::kRatio:
      return "%";
    default:
      return figure.measure.unit;
  }
}

bool same_quantity(const std::vector<const Figure*>& rows, const Figure& total) {
  return std::all_of(rows.begin(), rows.end(), [&](const Figure* row) {
    return row->measure.dimension == total.measure.dimension;
  });
}

// Rows in other currencies are brought to that of the total.
void add_sum(const RuleContext& context, const std::string& rule, const std::string& about,
             const std::vector<const Figure*>& rows, const Figure& total, Findings& findings) {
  if (rows.size() < 2 || !same_quantity(rows, total)) return;
  const std::string unit = work_unit(total);
  std::optional<Term> sum;
  CurrencyNote note;
  for (const Figure* row : rows) {
    const Term term = in_currency(context, *row, unit, total.measure.currency, note);
    sum = sum ? *sum + term : term;
  }
  if (!note.lacks.empty()) {
    std::vector<CheckInput> inputs;
    inputs.reserve(rows.size());
    for (const Figure* row : rows) inputs.push_back(context.shown(*row));
    findings.list.push_back(
        unconverted(context, CheckKind::kIdentity, rule, about, note, std::move(inputs)));
    return;
  }
  Finding finding = compare(context, {.rule = rule,
                                      .kind = CheckKind::kIdentity,
                                      .about = about,
                                      .unit = unit,
                                      .computed = *sum,
                                      .expected = context.term(total, unit),
                                      .own_formula = false,
                                      .rows = true,
                                      .excused = note.assumed});
  tell_conversion(context, note, finding);
  findings.list.push_back(std::move(finding));
}

// The stages in the claim's total.
std::vector<const ClaimPart*> counted_stages(const RuleContext& context,
                                             const std::vector<ClaimPart>& stages) {
  std::vector<const ClaimPart*> counted;
  for (const ClaimPart& stage : stages) {
    if (!is_excluded(context.claim(), stage)) counted.push_back(&stage);
  }
  return counted;
}

// The claim's stages, or those of the first-hand claim that it repeats.
std::vector<const ClaimPart*> known_stages(const RuleContext& context) {
  const std::vector<ClaimPart>& own = context.claim().stages;
  if (!own.empty()) return counted_stages(context, own);
  for (const Claim* other : context.first_hand()) {
    if (other->subject == context.claim().subject && !other->stages.empty()) {
      return counted_stages(context, other->stages);
    }
  }
  return {};
}

// The hours that the stages' devices and times give, before a source rounds them. Nothing where a
// stage has neither, or where none is timed.
std::optional<Term> hours_of_stages(const RuleContext& context) {
  std::optional<Term> sum;
  bool timed = false;
  for (const ClaimPart* stage : counted_stages(context, context.claim().stages)) {
    const std::optional<Term> devices = own_devices_term(context, *stage);
    const Figure* wall = stage->find("wall");
    const Figure* hours = stage->find("hours");
    const bool has_time = devices && wall != nullptr;
    if (!has_time && hours == nullptr) return std::nullopt;
    const Term term =
        has_time ? *devices * context.term(*wall, "h") : context.term(*hours, "gpu_h");
    timed = timed || has_time;
    sum = sum ? *sum + term : term;
  }
  return timed ? sum : std::nullopt;
}

// Less than devices x time come to: they were not always at work.
Finding compare_stage_times(const RuleContext& context, Comparison comparison) {
  constexpr double kLeast = 0.35;
  Finding finding = compare(context, comparison);
  if (finding.check.result != CheckResult::kFail) return finding;
  const double used = comparison.expected.value / comparison.computed.value;
  if (used >= 1 || used < kLeast) return finding;
  comparison.excused = true;
  finding = compare(context, comparison);
  finding.check.sentence =
      context.say("devices_not_always_used", finding.check.sentence, percent_text(used));
  return finding;
}

}  // namespace

void stages_add_up(const RuleContext& context, Findings& findings) {
  const std::vector<const ClaimPart*> stages = known_stages(context);
  for (const FigureRole& role : figure_roles()) {
    const Figure* total = context.claim().total.find(role.name);
    const bool in_turn = role.name == "wall";
    if ((!role.additive && !in_turn) || total == nullptr) continue;
    std::vector<const Figure*> rows;
    for (const ClaimPart* stage : stages) {
      if (const Figure* row = stage->find(role.name)) rows.push_back(row);
    }
    if (rows.size() != stages.size()) continue;  // a stage without the figure: nothing to add up
    const size_t before = findings.list.size();
    add_sum(context, "stages_add_up", std::string(role_title(role.name, context.language())), rows,
            *total, findings);
    // Stages may run side by side: times that do not add up say nothing.
    const bool added = findings.list.size() > before;
    if (in_turn && added && findings.list.back().check.result != CheckResult::kPass) {
      findings.list.pop_back();
    }
  }
}

void stages_from_time(const RuleContext& context, Findings& findings) {
  const std::optional<Term> sum = hours_of_stages(context);
  if (!sum) return;
  if (const Figure* hours = context.claim().total.find("hours")) {
    findings.list.push_back(compare_stage_times(context, {.rule = "stage_times_add_up",
                                                          .unit = "gpu_h",
                                                          .computed = *sum,
                                                          .expected = context.term(*hours, "gpu_h"),
                                                          .rows = true}));
  }
  const Figure* money = context.claim().total.find("money");
  const Figure* price = context.find(context.claim().total, "price");
  if (money == nullptr || price == nullptr) return;
  CurrencyNote note;
  const Term rent =
      in_currency(context, *price, price->measure.unit, money->measure.currency, note);
  if (!note.lacks.empty()) {
    findings.list.push_back(unconverted(context, CheckKind::kIdentity, "stages_from_time", "", note,
                                        {context.shown(*money), context.shown(*price)}));
    return;
  }
  Finding finding =
      compare_stage_times(context, {.rule = "stages_from_time",
                                    .unit = money->measure.unit,
                                    .computed = *sum * rent,
                                    .expected = context.term(*money, money->measure.unit),
                                    .excused = note.assumed});
  tell_conversion(context, note, finding);
  findings.list.push_back(std::move(finding));
}

void column_sums(const RuleContext& context, Findings& findings) {
  for (const SumStatement& sum : context.claim().sums) {
    std::vector<const Figure*> rows;
    for (const FigureRef& ref : sum.rows) {
      rows.push_back(&context.set().figure(context.claim(), ref));
    }
    add_sum(context, "column_sum", sum.name, rows, context.set().figure(context.claim(), sum.total),
            findings);
  }
}

void fleet_counts(const RuleContext& context, Findings& findings) {
  for (const FleetTotal& total : context.claim().fleet_totals) {
    std::vector<const Figure*> rows;
    for (const FleetRow& row : context.claim().fleet) {
      const Device& device = context.registry().device(row.device);
      const bool counted = total.architecture.empty() || device.architecture == total.architecture;
      if (counted) rows.push_back(&row.count);
    }
    add_sum(context, "fleet_count", total.architecture, rows, total.count, findings);
  }
}

}  // namespace assay::audit
