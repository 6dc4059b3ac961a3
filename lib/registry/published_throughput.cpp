#include "registry/published_throughput.h"

#include <fmt/format.h>

#include "registry/known_ids.h"
#include "registry/published_entries.h"
#include "registry/shaped_model.h"
#include "registry/throughput_file.h"

namespace assay {
namespace {

void require_peak(const registry::ThroughputFile& file, const Registry& registry) {
  const Device& device = registry::known_entry("device", file.device, registry.devices());
  if (device.peak_flops.contains(file.precision)) return;
  fail_at(file.device.place, fmt::format("{} has no {} peak", file.device.value, file.precision));
}

}  // namespace

std::vector<PublishedThroughput> load_throughputs(const Registry& registry) {
  return registry::published_entries<registry::ThroughputFile>(
      registry, "throughput", [&](const registry::ThroughputFile& file, const auto& figure) {
        static_cast<void>(registry::shaped_model(file.model, registry));
        require_peak(file, registry);
        return PublishedThroughput{.id = file.id.value,
                                   .model = file.model.value,
                                   .device = file.device.value,
                                   .num_devices = static_cast<int64_t>(file.devices.value.value),
                                   .precision = file.precision,
                                   .seq_len = static_cast<int64_t>(file.seq_len.value.value),
                                   .software = file.software,
                                   .throughput = figure(file.throughput),
                                   .note = file.note};
      });
}

}  // namespace assay
