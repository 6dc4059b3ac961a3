#include "cost/models/hardware_cost.h"

#include <cmath>
#include <numbers>

namespace assay {

double installed_price(const HardwareInputs& inputs) {
  return inputs.device_price * inputs.server_overhead / (1 - inputs.interconnect_share);
}

double acquisition_cost(double num_devices, const HardwareInputs& inputs) {
  return num_devices * installed_price(inputs);
}

double amortised_cost(GpuHours hours, const HardwareInputs& inputs) {
  const double at_start =
      installed_price(inputs) * std::pow(10, -inputs.decline_per_year * inputs.years_owned);
  return hours.value() * at_start * inputs.decline_per_year * std::numbers::ln10 / kHoursPerYear;
}

double ownership_cost(GpuHours hours, const OwnershipInputs& inputs) {
  const double capital =
      inputs.installed_price / (inputs.life_years * kHoursPerYear * inputs.used_share);
  return hours.value() * (capital + inputs.running_per_hour);
}

}  // namespace assay
