#include "app/cli/machine_checks.h"

#include <fmt/format.h>
#include <sched.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <set>
#include <sstream>

#include "app/cli/build_info.h"
#include "app/cli/loaded_libraries.h"
#include "app/command.h"
#include "energy/energy_config.h"
#include "energy/nvml_library.h"
#include "energy/nvml_source.h"
#include "energy/rapl_source.h"
#include "error/error.h"
#include "metrics/metrics_server.h"
#include "text/gcide.h"

namespace assay::app {
namespace {

constexpr double kGibibyte = 1024.0 * 1024.0 * 1024.0;

// The value of a "key : value" line of a file in /proc; empty where there is none.
std::string proc_value(const char* file, const std::string& key) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    const size_t colon = line.find(':');
    if (colon == std::string::npos || !line.starts_with(key)) continue;
    const size_t begin = line.find_first_not_of(" \t", colon + 1);
    return begin == std::string::npos ? std::string() : line.substr(begin);
  }
  return {};
}

std::string in_registry(const Registry* registry, const std::string& name) {
  const Device* device = registry == nullptr ? nullptr : registry->find_device_by_driver_name(name);
  return device == nullptr ? "not in the registry: no peak, so utilisation is against the measured "
                             "ceiling"
                           : "registry: " + device->id;
}

// NVIDIA display controllers on the PCI bus, driver or not.
int num_pci_gpus() {
  int count = 0;
  std::error_code error;
  for (std::filesystem::directory_iterator it("/sys/bus/pci/devices", error), end;
       !error && it != end; it.increment(error)) {
    std::string vendor;
    std::string device_class;
    std::ifstream(it->path() / "vendor") >> vendor;
    std::ifstream(it->path() / "class") >> device_class;
    if (vendor == "0x10de" && device_class.starts_with("0x03")) ++count;
  }
  return count;
}

bool can_train() {
  return std::ranges::any_of(all_commands(),
                             [](const Command& command) { return command.name == "train"; });
}

std::string version_text(int cuda) { return fmt::format("{}.{}", cuda / 1000, cuda % 1000 / 10); }

void check_driver(const NvmlLibrary& nvml, MachineFindings& findings) {
  const NvmlResult<std::string> driver = nvml.driver_version();
  const NvmlResult<int> cuda = nvml.cuda_driver_version();
  MachineFinding finding{.topic = "driver"};
  finding.detail = fmt::format("NVIDIA driver {}, runs CUDA up to {}",
                               driver.ok() ? driver.value : "of unknown version",
                               cuda.ok() ? version_text(cuda.value) : "an unknown version");
  const std::optional<int> needed = needed_cuda_version();
  if (needed && cuda.ok() && cuda.value < *needed) {
    finding.state = FindingState::kBroken;
    finding.detail += fmt::format("; this program needs {}", version_text(*needed));
    finding.remedy = fmt::format(
        "install a driver that runs CUDA {} (CUDA 13 needs 580 or newer), or train on the CPU: "
        "--set train.device=cpu",
        version_text(*needed));
  }
  findings.push_back(std::move(finding));
}

void check_gpu(const NvmlLibrary& nvml, unsigned index, const Registry* registry,
               MachineFindings& findings) {
  const NvmlResult<nvml::Device> device = nvml.device(index);
  if (!device.ok()) {
    findings.push_back(
        {.topic = "gpu",
         .state = FindingState::kBroken,
         .detail = fmt::format("GPU {} cannot be opened: {}", index, nvml.describe(device.status)),
         .remedy = "look at nvidia-smi and at the permissions of /dev/nvidia*"});
    return;
  }
  const std::string name = nvml.name(device.value).value;
  const NvmlResult<nvml::Memory> memory = nvml.memory(device.value);
  std::string detail = fmt::format("{}, {}", name, nvml.uuid(device.value).value);
  if (memory.ok()) {
    detail += fmt::format(", {:.1f} of {:.1f} GiB free",
                          static_cast<double>(memory.value.free) / kGibibyte,
                          static_cast<double>(memory.value.total) / kGibibyte);
  }
  findings.push_back({.topic = "gpu",
                      .detail = detail + "; " + in_registry(registry, name),
                      .provenance = "step times: measured (CUDA events)"});
}

// The fact of an error that also says in brackets what would help; a finding has a field for that.
std::string without_remedy(const std::string& error) { return error.substr(0, error.find(" (")); }

void add_unavailable(const std::vector<std::string>& texts, MachineFindings& findings) {
  for (const std::string& text : texts) {
    findings.push_back({.topic = "energy", .state = FindingState::kAbsent, .detail = text});
  }
}

}  // namespace

void check_program(MachineFindings& findings) {
  const BuildInfo build = build_info();
  MachineFinding finding{
      .topic = "program",
      .detail = fmt::format("assay {} ({}), {}", build.version,
                            build.commit.empty() ? "no git" : build.commit, build.compiler)};
  const std::optional<int> cuda = needed_cuda_version();
  if (!can_train()) {
    finding.state = FindingState::kAbsent;
    finding.detail += "; built without LibTorch: it audits and reports, but does not train";
    finding.remedy = "./dev build";
  } else {
    finding.detail += cuda ? fmt::format("; LibTorch with CUDA {}", version_text(*cuda))
                           : "; LibTorch without CUDA: trains on the CPU only";
  }
  findings.push_back(std::move(finding));
}

void check_processor(const Registry* registry, MachineFindings& findings) {
  const std::string name = proc_value("/proc/cpuinfo", "model name");
  cpu_set_t allowed;
  const int num_cpus =
      ::sched_getaffinity(0, sizeof(allowed), &allowed) == 0 ? CPU_COUNT(&allowed) : 0;
  findings.push_back(
      {.topic = "processor",
       .detail = fmt::format("{}, {} CPUs for this process; {}", name.empty() ? "unknown" : name,
                             num_cpus, in_registry(registry, name)),
       .provenance = "step times: measured (steady clock)"});
}

void check_memory(MachineFindings& findings) {
  double total_kib = 0;
  double available_kib = 0;
  std::istringstream(proc_value("/proc/meminfo", "MemTotal")) >> total_kib;
  std::istringstream(proc_value("/proc/meminfo", "MemAvailable")) >> available_kib;
  constexpr double kKibPerGib = 1024.0 * 1024.0;
  findings.push_back({.topic = "memory",
                      .detail = fmt::format("{:.1f} of {:.1f} GiB available",
                                            available_kib / kKibPerGib, total_kib / kKibPerGib)});
}

void check_gpus(const Registry* registry, MachineFindings& findings) {
  const auto opened = NvmlLibrary::open();
  const auto* nvml = std::get_if<NvmlLibrary>(&opened);
  const int on_bus = num_pci_gpus();
  const NvmlResult<unsigned> count =
      nvml == nullptr ? NvmlResult<unsigned>{} : nvml->device_count();
  if (nvml != nullptr && count.ok() && count.value > 0) {
    check_driver(*nvml, findings);
    for (unsigned index = 0; index < count.value; ++index) {
      check_gpu(*nvml, index, registry, findings);
    }
  } else if (on_bus > 0) {
    findings.push_back(
        {.topic = "gpu",
         .state = FindingState::kBroken,
         .detail = fmt::format("{} NVIDIA GPUs on the PCI bus, but none is usable: {}", on_bus,
                               nvml == nullptr ? std::get<std::string>(opened) : "nvml: no GPU"),
         .remedy = "install the NVIDIA driver (in a container: --gpus all), or train on the CPU: "
                   "--set train.device=cpu"});
  } else {
    findings.push_back({.topic = "gpu",
                        .state = FindingState::kAbsent,
                        .detail = "no NVIDIA GPU: training runs on the CPU"});
  }
}

void check_energy(const std::filesystem::path& powercap_root, MachineFindings& findings) {
  PowerSources found;
  NvmlSource::find({}, found);
  RaplSource::find(powercap_root, found);
  for (const auto& source : found.sources) {
    for (const EnergySeries& series : source->series()) {
      findings.push_back({.topic = "energy",
                          .detail = series.source + " " + series.device_uuid,
                          .provenance = "joules: " + std::string(to_string(series.provenance))});
    }
  }
  add_unavailable(found.unavailable, findings);
}

void check_corpus(const std::filesystem::path& folder, MachineFindings& findings) {
  if (!can_train()) return;
  try {
    const GcideFiles files = GcideFiles::in(folder);
    findings.push_back({.topic = "corpus", .detail = files.dictionary.string()});
  } catch (const DataError&) {
    findings.push_back(
        {.topic = "corpus",
         .state = FindingState::kAbsent,
         .detail = fmt::format("no dictionary in {}: the quickstart has no text", folder.string()),
         .remedy = "apt-get install dict-gcide, or name its folder: "
                   "ASSAY_DATA_DICTIONARY_FOLDER, --set data.dictionary_folder=DIR"});
  }
}

void check_disk(const std::filesystem::path& folder, MachineFindings& findings) {
  struct statvfs info {};
  if (::statvfs(folder.c_str(), &info) != 0) {
    findings.push_back({.topic = "disk",
                        .state = FindingState::kBroken,
                        .detail = "cannot look at " + folder.string()});
    return;
  }
  const double free_gib =
      static_cast<double>(info.f_bavail) * static_cast<double>(info.f_frsize) / kGibibyte;
  MachineFinding finding{.topic = "disk",
                         .detail = fmt::format("{:.1f} GiB free in {}", free_gib, folder.string())};
  if ((info.f_flag & ST_RDONLY) != 0) {
    finding.state = FindingState::kBroken;
    finding.detail += ", mounted read-only";
    finding.remedy = "run in a folder that can be written";
  } else if (free_gib < 1.0) {
    finding.state = FindingState::kBroken;
    finding.remedy = "free some space: the quickstart writes up to 1 GiB";
  }
  findings.push_back(std::move(finding));
}

void check_metrics(const std::string& address, MachineFindings& findings) {
  if (address == "off") return;
  try {
    const MetricsRegistry registry;
    const MetricsServer server(registry, parse_metrics_address(address));
    findings.push_back({.topic = "metrics", .detail = server.url() + " is free"});
  } catch (const ConfigError& error) {
    findings.push_back({.topic = "metrics",
                        .state = FindingState::kBroken,
                        .detail = without_remedy(error.what()),
                        .remedy = "--set metrics.address=HOST:PORT, or off"});
  }
}

}  // namespace assay::app
