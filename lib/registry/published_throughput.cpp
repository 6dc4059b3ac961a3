#include "registry/published_throughput.h"

#include <fmt/format.h>

#include "registry/entry_files.h"
#include "registry/known_ids.h"
#include "registry/source_check.h"
#include "registry/throughput_file.h"

namespace assay {
namespace {

void check_names(const registry::ThroughputFile& file, const Registry& registry) {
  const auto model = registry.models().find(file.model.value);
  if (model == registry.models().end()) {
    fail_at(file.model.place, registry::unknown_id("model", file.model.value, registry.models()));
  }
  if (!model->second.spec) {
    fail_at(file.model.place, fmt::format("the shape of \"{}\" is not known", file.model.value));
  }
  const auto device = registry.devices().find(file.device.value);
  if (device == registry.devices().end()) {
    fail_at(file.device.place,
            registry::unknown_id("device", file.device.value, registry.devices()));
  }
  if (!device->second.peak_flops.contains(file.precision)) {
    fail_at(file.device.place, fmt::format("{} has no {} peak", file.device.value, file.precision));
  }
}

}  // namespace

std::vector<PublishedThroughput> load_throughputs(const Registry& registry) {
  std::vector<PublishedThroughput> all;
  for (const std::filesystem::path& path : registry::entry_files(registry.root() / "throughput")) {
    const auto file = registry::read_entry<registry::ThroughputFile>(path);
    check_names(file, registry);
    static_cast<void>(registry::checked(registry.sources(), file.source));
    all.push_back(
        {.id = file.id.value,
         .model = file.model.value,
         .device = file.device.value,
         .num_devices = static_cast<int64_t>(file.devices.value.value),
         .precision = file.precision,
         .seq_len = static_cast<int64_t>(file.seq_len.value.value),
         .software = file.software,
         .throughput = registry::checked(registry.sources(), file.source, file.throughput),
         .note = file.note});
  }
  return all;
}

}  // namespace assay
