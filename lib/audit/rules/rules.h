#pragma once

#include <span>
#include <string_view>

#include "audit/finding.h"
#include "audit/rule_context.h"

namespace assay::audit {

/// A general rule: looks at one claim and adds what it finds. No rule knows a claim's id.
struct Rule {
  std::string_view group;
  void (*apply)(const RuleContext& context, Findings& findings);
};

/// Every rule in the order that reports show their checks.
std::span<const Rule> all_rules();

// Identity: arithmetic among printed figures.
void stages_add_up(const RuleContext& context, Findings& findings);
void stages_from_time(const RuleContext& context, Findings& findings);
void parts_of_whole(const RuleContext& context, Findings& findings);
void parts_above_whole(const RuleContext& context, Findings& findings);
void column_sums(const RuleContext& context, Findings& findings);
void printed_relations(const RuleContext& context, Findings& findings);
void stated_products(const RuleContext& context, Findings& findings);
void ratios(const RuleContext& context, Findings& findings);
void conversions(const RuleContext& context, Findings& findings);
void fleet_counts(const RuleContext& context, Findings& findings);
// Against first-hand sources.
void first_hand_subject(const RuleContext& context, Findings& findings);
void first_hand_date(const RuleContext& context, Findings& findings);
void first_hand_inputs(const RuleContext& context, Findings& findings);
void stage_for_total(const RuleContext& context, Findings& findings);
void unit_stored_as_another(const RuleContext& context, Findings& findings);
void digits_run_together(const RuleContext& context, Findings& findings);
void quantities_mixed_up(const RuleContext& context, Findings& findings);
void unit_slips(const RuleContext& context, Findings& findings);
void restated_totals(const RuleContext& context, Findings& findings);
void impossible_dates(const RuleContext& context, Findings& findings);
void device_figures(const RuleContext& context, Findings& findings);
// Physics.
void physical_limits(const RuleContext& context, Findings& findings);
void beyond_all_published(const RuleContext& context, Findings& findings);
void utilisation_limits(const RuleContext& context, Findings& findings);
void model_formulas(const RuleContext& context, Findings& findings);
void recomputation(const RuleContext& context, Findings& findings);
void implied_mfu(const RuleContext& context, Findings& findings);
void printed_mfu(const RuleContext& context, Findings& findings);
void rollouts(const RuleContext& context, Findings& findings);
void cost_from_compute(const RuleContext& context, Findings& findings);
// Price.
void implied_price(const RuleContext& context, Findings& findings);
void serving(const RuleContext& context, Findings& findings);
void published_serving(const RuleContext& context, Findings& findings);
void fleet_cost(const RuleContext& context, Findings& findings);
void price_by_version(const RuleContext& context, Findings& findings);
// Power.
void power_per_device(const RuleContext& context, Findings& findings);
void carbon_per_energy(const RuleContext& context, Findings& findings);
void carbon_with_embodied(const RuleContext& context, Findings& findings);
void carbon_rows_apart(const RuleContext& context, Findings& findings);
void energy_share(const RuleContext& context, Findings& findings);
// Scope.
void capex_is_not_a_run(const RuleContext& context, Findings& findings);
void scope_stated(const RuleContext& context, Findings& findings);
void peers_of_one_class(const RuleContext& context, Findings& findings);
// Provenance.
void shares_of_the_whole(const RuleContext& context, Findings& findings);
void remarks(const RuleContext& context, Findings& findings);
void variants(const RuleContext& context, Findings& findings);
void candidate_pairs(const RuleContext& context, Findings& findings);
void published_costs(const RuleContext& context, Findings& findings);
// Evidence and assumptions of the reader.
void own_runs(const RuleContext& context, Findings& findings);
void own_generation(const RuleContext& context, Findings& findings);
void layer_probes(const RuleContext& context, Findings& findings);
void own_assumptions(const RuleContext& context, Findings& findings);

}  // namespace assay::audit
