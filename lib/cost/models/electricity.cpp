#include "cost/models/electricity.h"

namespace assay {

double run_kwh(GpuHours hours, const ElectricityInputs& inputs) {
  return hours.value() * inputs.device_kw * inputs.node_factor * inputs.load * inputs.pue;
}

double run_tonnes_co2e(double kwh, double kg_per_kwh) { return kwh * kg_per_kwh / 1000; }

GpuHours predicted_hours(const PredictedInputs& inputs) {
  const double flops = 6 * inputs.active_params * inputs.tokens;
  return GpuHours(flops / (inputs.peak_flops * inputs.efficiency) / kSecondsPerHour);
}

double predicted_kwh(const PredictedInputs& inputs) {
  return predicted_hours(inputs).value() * inputs.system_kw * inputs.pue;
}

}  // namespace assay
