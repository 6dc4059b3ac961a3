#include <fmt/format.h>

#include "registry/catalogues.h"
#include "registry/device_file.h"
#include "registry/entry_files.h"
#include "registry/source_check.h"

namespace assay::registry {
namespace {

Device to_device(const DeviceFile& file, const Sources& sources) {
  static_cast<void>(checked(sources, file.source));
  Device device{.id = file.id.value, .name = file.name, .match_names = file.match_names};
  for (const auto& [dtype, peak] : file.peak_flops) {
    device.peak_flops.emplace(dtype, checked(sources, file.source, peak));
  }
  device.memory = checked(sources, file.source, file.memory);
  device.bandwidth = checked(sources, file.source, file.bandwidth);
  device.interconnect = checked(sources, file.source, file.interconnect);
  device.tdp = checked(sources, file.source, file.tdp);
  device.architecture = file.architecture;
  device.vendor = file.vendor;
  device.kind = file.kind;
  device.released = file.released.value;
  device.note = file.note;
  return device;
}

}  // namespace

Devices load_devices(const std::filesystem::path& root, const Sources& sources) {
  Devices devices;
  std::map<std::string, std::string> owners;  // driver name -> device
  for (const std::filesystem::path& path : entry_files(root / "devices")) {
    const DeviceFile file = read_entry<DeviceFile>(path);
    for (const std::string& name : file.match_names) {
      const auto [owner, is_new] = owners.emplace(name, file.id.value);
      if (is_new) continue;
      fail_at(file.id.place, fmt::format("two devices match the driver name \"{}\": {} and {}",
                                         name, owner->second, file.id.value));
    }
    devices.emplace(file.id.value, to_device(file, sources));
  }
  return devices;
}

}  // namespace assay::registry
