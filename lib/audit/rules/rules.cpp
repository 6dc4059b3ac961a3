#include "audit/rules/rules.h"

#include <array>

namespace assay::audit {
namespace {

constexpr std::array kRules{
    Rule{"stages_add_up", stages_add_up},
    Rule{"stages_from_time", stages_from_time},
    Rule{"parts_of_whole", parts_of_whole},
    Rule{"parts_above_whole", parts_above_whole},
    Rule{"column_sums", column_sums},
    Rule{"printed_relations", printed_relations},
    Rule{"stated_products", stated_products},
    Rule{"ratios", ratios},
    Rule{"conversions", conversions},
    Rule{"fleet_counts", fleet_counts},
    Rule{"first_hand_subject", first_hand_subject},
    Rule{"first_hand_date", first_hand_date},
    Rule{"first_hand_inputs", first_hand_inputs},
    Rule{"stage_for_total", stage_for_total},
    Rule{"unit_stored_as_another", unit_stored_as_another},
    Rule{"digits_run_together", digits_run_together},
    Rule{"quantities_mixed_up", quantities_mixed_up},
    Rule{"restated_totals", restated_totals},
    Rule{"impossible_dates", impossible_dates},
    Rule{"device_figures", device_figures},
    Rule{"physical_limits", physical_limits},
    Rule{"beyond_all_published", beyond_all_published},
    Rule{"utilisation_limits", utilisation_limits},
    Rule{"model_formulas", model_formulas},
    Rule{"recomputation", recomputation},
    Rule{"implied_mfu", implied_mfu},
    Rule{"printed_mfu", printed_mfu},
    Rule{"rollouts", rollouts},
    Rule{"cost_from_compute", cost_from_compute},
    Rule{"implied_price", implied_price},
    Rule{"serving", serving},
    Rule{"published_serving", published_serving},
    Rule{"fleet_cost", fleet_cost},
    Rule{"price_by_version", price_by_version},
    Rule{"power_per_device", power_per_device},
    Rule{"carbon_per_energy", carbon_per_energy},
    Rule{"carbon_with_embodied", carbon_with_embodied},
    Rule{"carbon_rows_apart", carbon_rows_apart},
    Rule{"energy_share", energy_share},
    Rule{"unit_slips", unit_slips},
    Rule{"capex_is_not_a_run", capex_is_not_a_run},
    Rule{"scope_stated", scope_stated},
    Rule{"peers_of_one_class", peers_of_one_class},
    Rule{"shares_of_the_whole", shares_of_the_whole},
    Rule{"remarks", remarks},
    Rule{"variants", variants},
    Rule{"candidate_pairs", candidate_pairs},
    Rule{"published_costs", published_costs},
    Rule{"own_runs", own_runs},
    Rule{"own_generation", own_generation},
    Rule{"layer_probes", layer_probes},
    Rule{"own_assumptions", own_assumptions},
};

}  // namespace

std::span<const Rule> all_rules() { return kRules; }

}  // namespace assay::audit
