#pragma once

#include "units/quantity.h"

namespace assay {

/// What a run draws. Factors that a method leaves out are 1.
struct ElectricityInputs {
  double device_kw = 0;    ///< rated or measured, per accelerator
  double node_factor = 1;  ///< node over its accelerators: 1.82 for a DGX H100
  double load = 1;         ///< mean over maximum: 0.75
  double pue = 1;          ///< building over machines
};

/// kWh = device-hours * kW * node_factor * load * PUE.
/// Source: Patterson et al., Carbon emissions and large neural network training, arXiv 2104.10350,
/// section 2 (measured power: node_factor and load 1); Epoch's energy cost, arXiv 2405.21015
/// (rated power with both factors).
double run_kwh(GpuHours hours, const ElectricityInputs& inputs);

/// Tonnes of CO2e = kWh * (kg per kWh) / 1000. Location- or market-based as the intensity is;
/// leaves out the making of the hardware. Source: Patterson et al., as above.
double run_tonnes_co2e(double kwh, double kg_per_kwh);

/// Energy of a run that is not yet run: FLOP = 6 N D, days = FLOP / (n * peak * efficiency *
/// 86400), kWh = n * system_kw * days * 24 * PUE. The number of devices cancels. Source: Faiz et
/// al., LLMCarbon, arXiv 2309.14393, equations for FLOP, time and energy; its efficiency is an
/// input, not a result.
struct PredictedInputs {
  double active_params = 0;
  double tokens = 0;
  double peak_flops = 0;  ///< FLOP/s per device
  double efficiency = 0;  ///< 0 to 1
  double system_kw = 0;   ///< mean draw per device, host included
  double pue = 1;
};
GpuHours predicted_hours(const PredictedInputs& inputs);
double predicted_kwh(const PredictedInputs& inputs);

}  // namespace assay
