#include "registry/published_layout.h"

#include "registry/known_ids.h"
#include "registry/layout_file.h"
#include "registry/published_entries.h"
#include "registry/shaped_model.h"

namespace assay {

std::vector<PublishedLayout> load_layouts(const Registry& registry) {
  return registry::published_entries<registry::LayoutFile>(
      registry, "layouts", [&](const registry::LayoutFile& file, const auto& figure) {
        static_cast<void>(registry::shaped_model(file.model, registry));
        static_cast<void>(registry::known_entry("device", file.device, registry.devices()));
        return PublishedLayout{.id = file.id.value,
                               .model = file.model.value,
                               .device = file.device.value,
                               .tensor = figure(file.tensor),
                               .pipeline = figure(file.pipeline),
                               .data = figure(file.data),
                               .expert = figure(file.expert),
                               .seq_len = figure(file.seq_len),
                               .batch = figure(file.batch),
                               .network = figure(file.network),
                               .nodes_per_token = figure(file.nodes_per_token),
                               .note = file.note};
      });
}

}  // namespace assay
