#pragma once

#include "units/quantity.h"

namespace assay {

/// Of a mean year.
inline constexpr double kHoursPerYear = 365.25 * 24;

/// What a cluster costs to buy, per device, and how that falls with time.
struct HardwareInputs {
  double device_price = 0;        ///< of one accelerator, in the currency of the result
  double server_overhead = 1;     ///< server over accelerators: 1.66 for a DGX A100
  double interconnect_share = 0;  ///< of the whole cluster: 0.19
  double decline_per_year = 0;    ///< orders of magnitude of performance per price: 0.14
  double years_owned = 0;         ///< from the purchase to the start of the run
};

/// Price of one accelerator with its share of servers and network:
/// price * server_overhead / (1 - interconnect_share).
/// Source: Cottier et al., The rising costs of training frontier AI models, arXiv 2405.21015,
/// appendix on hardware costs; server and network are mark-ups on the accelerator's price.
double installed_price(const HardwareInputs& inputs);

/// Acquisition: num_devices * installed_price. Leaves out the building, spares and resale.
/// Source: the same, "hardware acquisition cost".
double acquisition_cost(double num_devices, const HardwareInputs& inputs);

/// Amortised hardware of a run: device-hours * installed_price * 10^(-decline * years_owned) *
/// decline * ln 10 / (365.25 * 24). The value lost per hour at the start of the run, held constant.
/// Leaves out energy. Source: the same, equation of amortised capital cost; repository
/// cost_analysis_standalone.py.
double amortised_cost(GpuHours hours, const HardwareInputs& inputs);

/// Straight-line ownership: installed price over its life and the share of hours that it is used,
/// plus `running_per_hour` (power, space, support) an hour: what one must charge to break even.
/// Source: SemiAnalysis, AI Cloud TCO model (capital over 4 years plus running costs).
struct OwnershipInputs {
  double installed_price = 0;
  double life_years = 0;
  double used_share = 0;        ///< of the hours of its life, 0 to 1
  double running_per_hour = 0;  ///< power, colocation, support, per device-hour used
};
double ownership_cost(GpuHours hours, const OwnershipInputs& inputs);

}  // namespace assay
