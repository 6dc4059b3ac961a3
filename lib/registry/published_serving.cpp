#include "registry/published_serving.h"

#include "registry/calendar_date.h"
#include "registry/entry_files.h"
#include "registry/known_ids.h"
#include "registry/serving_file.h"
#include "registry/source_check.h"

namespace assay {
namespace {

void check_serving_names(const registry::ServingFile& file, const Registry& registry) {
  if (!registry.models().contains(file.model.value)) {
    fail_at(file.model.place, registry::unknown_id("model", file.model.value, registry.models()));
  }
  if (!registry.devices().contains(file.device.value)) {
    fail_at(file.device.place,
            registry::unknown_id("device", file.device.value, registry.devices()));
  }
  registry::require_date(file.date.value, file.date.place);
}

}  // namespace

std::vector<PublishedServing> load_servings(const Registry& registry) {
  std::vector<PublishedServing> all;
  for (const std::filesystem::path& path : registry::entry_files(registry.root() / "serving")) {
    const auto file = registry::read_entry<registry::ServingFile>(path);
    check_serving_names(file, registry);
    static_cast<void>(registry::checked(registry.sources(), file.source));
    const auto figure = [&](const auto& field) {
      return registry::checked(registry.sources(), file.source, field);
    };
    all.push_back({.id = file.id.value,
                   .model = file.model.value,
                   .device = file.device.value,
                   .date = file.date.value,
                   .software = file.software,
                   .devices = figure(file.devices),
                   .prefill_rate = figure(file.prefill_rate),
                   .decode_rate = figure(file.decode_rate),
                   .price = figure(file.price),
                   .note = file.note});
  }
  return all;
}

}  // namespace assay
