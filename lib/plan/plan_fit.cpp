#include "plan/plan_fit.h"

#include <fmt/format.h>

namespace assay {

void add_memory(const ModelSpec& spec, const Device& device, TrainingPlan& plan) {
  if (!device.memory) return;
  plan.device_memory = Bytes(device.memory->measure.value);
  const LayoutRequest wanted{.num_devices = plan.request.num_devices,
                             .seq_len = plan.request.seq_len,
                             .memory = *plan.device_memory};
  plan.layout = choose_layout(spec, wanted);
  if (plan.layout) return;
  plan.smallest = smallest_layout(spec, wanted);
  constexpr int64_t kMost = 1 << 20;
  for (LayoutRequest more = wanted; more.num_devices <= kMost / 2;) {
    more.num_devices *= 2;
    if (!choose_layout(spec, more)) continue;
    plan.fits_from = more.num_devices;
    return;
  }
}

std::string reason_for_no_figures(const TrainingPlan& plan) {
  if (plan.device_memory && !plan.layout) {
    const std::string where =
        plan.fits_from ? fmt::format("; it would on {} of them", *plan.fits_from) : "";
    return fmt::format("the training does not fit in the memory of {} x {}{}",
                       plan.request.num_devices, plan.request.device, where);
  }
  return plan.efficiency ? "" : plan.efficiency_basis;
}

}  // namespace assay
