#include "train/device_memory.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#if ASSAY_CUDA
#include <c10/cuda/CUDAGuard.h>
#include <cuda_runtime_api.h>
#endif

#include "error/error.h"

namespace assay {

namespace {

constexpr double kUnlimited = std::numeric_limits<double>::infinity();

/// The number behind a key in a file of lines "key number …".
std::optional<double> value_in(const char* file, std::string_view key) {
  std::ifstream stream(file);
  std::string name;
  double value = 0;
  std::string rest;
  while (stream >> name >> value && std::getline(stream, rest)) {
    if (name == key) return value;
  }
  return std::nullopt;
}

double kibibytes_in(const char* file, std::string_view key) {
  const std::optional<double> value = value_in(file, key);
  return value ? *value * 1024 : kUnlimited;
}

/// The number in a file; nothing where there is none ("max") or no file.
std::optional<double> number_in(const std::string& file) {
  std::ifstream stream(file);
  double value = 0;
  if (stream >> value) return value;
  return std::nullopt;
}

/// Files of a control group's memory, by version.
struct CgroupFiles {
  const char* limit;
  const char* used;
  const char* statistics;
  const char* cache;  ///< key of the page cache that is given back first
};
constexpr std::array kCgroups{
    CgroupFiles{"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current",
                "/sys/fs/cgroup/memory.stat", "inactive_file"},
    CgroupFiles{"/sys/fs/cgroup/memory/memory.limit_in_bytes",
                "/sys/fs/cgroup/memory/memory.usage_in_bytes", "/sys/fs/cgroup/memory/memory.stat",
                "total_inactive_file"}};

struct Room {
  double limit = kUnlimited;
  double free = kUnlimited;
};

Room cgroup_room() {
  for (const CgroupFiles& files : kCgroups) {
    const std::optional<double> limit = number_in(files.limit);
    if (!limit) continue;
    const double used = number_in(files.used).value_or(0);
    const double cache = value_in(files.statistics, files.cache).value_or(0);
    return {*limit, *limit - std::max(0.0, used - cache)};
  }
  return {};
}

/// Pages of this process.
struct OwnPages {
  double mapped = 0;
  double resident = 0;
};

OwnPages own_pages() {
  std::ifstream stream("/proc/self/statm");
  OwnPages pages;
  stream >> pages.mapped >> pages.resident;
  const auto page = static_cast<double>(sysconf(_SC_PAGESIZE));
  return {pages.mapped * page, pages.resident * page};
}

Room address_space_room(const OwnPages& pages) {
  rlimit limit{};
  getrlimit(RLIMIT_AS, &limit);
  if (limit.rlim_cur == RLIM_INFINITY) return {};
  const auto bytes = static_cast<double>(limit.rlim_cur);
  return {bytes, bytes - pages.mapped};
}

}  // namespace

DeviceMemory device_memory(at::Device device) {
#if ASSAY_CUDA
  if (device.is_cuda()) {
    const c10::cuda::CUDAGuard guard(device);
    size_t free = 0;
    size_t total = 0;
    C10_CUDA_CHECK(cudaMemGetInfo(&free, &total));
    return {.used = Bytes(static_cast<double>(total - free)),
            .limit = Bytes(static_cast<double>(total)),
            .free = Bytes(static_cast<double>(free))};
  }
#endif
  check(device.is_cpu(), "[train] memory of a device that this build does not know");
  const OwnPages pages = own_pages();
  const Room group = cgroup_room();
  const Room space = address_space_room(pages);
  const double memory = kibibytes_in("/proc/meminfo", "MemTotal:");
  const double available = kibibytes_in("/proc/meminfo", "MemAvailable:");
  const double free = std::min({available, group.free, space.free});
  return {.used = Bytes(pages.resident),
          .limit = Bytes(std::min({memory, group.limit, space.limit})),
          .free = Bytes(std::max(0.0, free))};
}

}  // namespace assay
