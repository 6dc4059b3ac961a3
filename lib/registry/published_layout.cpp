#include "registry/published_layout.h"

#include <fmt/format.h>

#include "registry/entry_files.h"
#include "registry/known_ids.h"
#include "registry/layout_file.h"
#include "registry/source_check.h"

namespace assay {
namespace {

void check_layout_names(const registry::LayoutFile& file, const Registry& registry) {
  const auto model = registry.models().find(file.model.value);
  if (model == registry.models().end()) {
    fail_at(file.model.place, registry::unknown_id("model", file.model.value, registry.models()));
  }
  if (!model->second.spec) {
    fail_at(file.model.place, fmt::format("the shape of \"{}\" is not known", file.model.value));
  }
  if (!registry.devices().contains(file.device.value)) {
    fail_at(file.device.place,
            registry::unknown_id("device", file.device.value, registry.devices()));
  }
}

}  // namespace

std::vector<PublishedLayout> load_layouts(const Registry& registry) {
  std::vector<PublishedLayout> all;
  for (const std::filesystem::path& path : registry::entry_files(registry.root() / "layouts")) {
    const auto file = registry::read_entry<registry::LayoutFile>(path);
    check_layout_names(file, registry);
    static_cast<void>(registry::checked(registry.sources(), file.source));
    const auto figure = [&](const auto& field) {
      return registry::checked(registry.sources(), file.source, field);
    };
    all.push_back({.id = file.id.value,
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
                   .note = file.note});
  }
  return all;
}

}  // namespace assay
