#include "train/machine.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <sstream>
#include <string_view>

#if ASSAY_CUDA
#include <c10/cuda/CUDACachingAllocator.h>
#include <cuda_runtime_api.h>
#endif

#include "error/error.h"
#include "train/matmul_ceiling.h"

namespace assay {

namespace {

// Variables that change kernels, threads or memory. Prefixes end in '_'.
constexpr std::array<std::string_view, 11> kAllowed{"CUDA_VISIBLE_DEVICES",
                                                    "CUBLAS_",
                                                    "NCCL_",
                                                    "OMP_",
                                                    "GOMP_",
                                                    "MKL_",
                                                    "ONEDNN_",
                                                    "MALLOC_",
                                                    "LD_PRELOAD",
                                                    "GLIBC_TUNABLES",
                                                    "ASSAY_MKL_HOOK"};

std::string cpu_name() {
  std::ifstream cpuinfo("/proc/cpuinfo");
  for (std::string line; std::getline(cpuinfo, line);) {
    if (!line.starts_with("model name")) continue;
    const size_t colon = line.find(": ");
    if (colon != std::string::npos) return line.substr(colon + 2);
  }
  return "unknown";
}

#if ASSAY_CUDA
void describe_gpu(at::Device device, DeviceInfo& info) {
  cudaDeviceProp properties{};
  if (cudaGetDeviceProperties(&properties, device.index()) != cudaSuccess) {
    throw DeviceError(fmt::format("[device] {} does not tell its properties", device.str()));
  }
  info.name = properties.name;
  std::string hex;
  for (const char byte : properties.uuid.bytes) {
    hex += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  }
  info.uuid = fmt::format("GPU-{}-{}-{}-{}-{}", hex.substr(0, 8), hex.substr(8, 4),
                          hex.substr(12, 4), hex.substr(16, 4), hex.substr(20));
}
#endif

double seconds_of(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

}  // namespace

DeviceInfo describe_device(at::Device device, std::optional<Precision> ceiling,
                           const GpuProbe& probe) {
  DeviceInfo info{.kind = device.is_cpu() ? "cpu" : "cuda"};
  if (device.is_cpu()) {
    info.name = cpu_name();
  } else {
#if ASSAY_CUDA
    describe_gpu(device, info);
#endif
    info.driver = probe.driver;
  }
  if (!ceiling) return info;
  info.measured_ceiling_flops = measure_matmul_ceiling(device, *ceiling).value();
  info.ceiling_dtype = to_string(*ceiling);
#if ASSAY_CUDA
  if (device.is_cuda()) c10::cuda::CUDACachingAllocator::emptyCache();  // free for the run
#endif
  return info;
}

std::map<std::string, std::string> environment_in_force() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const size_t equals = text.find('=');
    const std::string_view name = text.substr(0, equals);
    for (const std::string_view allowed : kAllowed) {
      const bool fits = allowed.ends_with('_') ? name.starts_with(allowed) : name == allowed;
      if (fits) variables.emplace(name, text.substr(equals + 1));
    }
  }
  return variables;
}

std::string host_name() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "unknown";
}

double process_start_unix_s() {
  std::ifstream stream("/proc/self/stat");
  std::string text;
  std::getline(stream, text);
  // The name in parentheses may hold spaces: fields are counted after it. Field 22 of proc(5) is
  // the start in clock ticks after boot.
  std::istringstream fields(text.substr(text.rfind(')') + 2));
  std::string field;
  for (int i = 3; i <= 22; ++i) fields >> field;
  const double start_s = std::stod(field) / static_cast<double>(sysconf(_SC_CLK_TCK));
  return seconds_of(CLOCK_REALTIME) - (seconds_of(CLOCK_BOOTTIME) - start_s);
}

std::string rfc3339(double unix_s) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(static_cast<time_t>(unix_s)));
}

}  // namespace assay
