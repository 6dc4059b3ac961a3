#include "registry/published_serving.h"

#include "registry/calendar_date.h"
#include "registry/known_ids.h"
#include "registry/published_entries.h"
#include "registry/serving_file.h"

namespace assay {

std::vector<PublishedServing> load_servings(const Registry& registry) {
  return registry::published_entries<registry::ServingFile>(
      registry, "serving", [&](const registry::ServingFile& file, const auto& figure) {
        static_cast<void>(registry::known_entry("model", file.model, registry.models()));
        static_cast<void>(registry::known_entry("device", file.device, registry.devices()));
        registry::require_date(file.date.value, file.date.place);
        return PublishedServing{.id = file.id.value,
                                .model = file.model.value,
                                .device = file.device.value,
                                .date = file.date.value,
                                .software = file.software,
                                .devices = figure(file.devices),
                                .prefill_rate = figure(file.prefill_rate),
                                .decode_rate = figure(file.decode_rate),
                                .price = figure(file.price),
                                .note = file.note};
      });
}

}  // namespace assay
