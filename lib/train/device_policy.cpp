#include "train/device_policy.h"

#include <fmt/format.h>

#include <cctype>
#include <filesystem>
#include <fstream>
#include <regex>
#include <string_view>

#if ASSAY_CUDA
#include <c10/cuda/CUDAFunctions.h>
#include <cuda_runtime_api.h>
#endif

#include "error/error.h"

namespace assay {

namespace fs = std::filesystem;

namespace {

// CUDA 13.0 release notes, table of minimum driver versions: Linux x86_64, 580.65.06.
constexpr std::string_view kDriverNeeded = "580.65.06 or newer (CUDA 13.0)";

bool has_gpu_device_file() {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator("/dev", error)) {
    const std::string name = entry.path().filename().string();
    constexpr std::string_view kPrefix = "nvidia";
    if (name.starts_with(kPrefix) && name.size() > kPrefix.size() &&
        std::isdigit(static_cast<unsigned char>(name[kPrefix.size()])) != 0) {
      return true;
    }
  }
  return fs::exists("/proc/driver/nvidia/gpus", error) &&
         !fs::is_empty("/proc/driver/nvidia/gpus", error);
}

std::string kernel_driver_version() {
  std::string text;
  std::ifstream module("/sys/module/nvidia/version");
  if (std::getline(module, text) && !text.empty()) return text;
  std::ifstream driver("/proc/driver/nvidia/version");
  std::getline(driver, text);
  std::smatch match;
  const std::regex version(R"((\d+\.\d+(\.\d+)?))");
  return std::regex_search(text, match, version) ? match.str(1) : "";
}

#if ASSAY_CUDA
void ask_cuda(GpuProbe& probe) {
  int count = 0;
  const cudaError_t status = cudaGetDeviceCount(&count);
  probe.cuda_works = status == cudaSuccess && count > 0;
  if (status != cudaSuccess) {
    probe.error = cudaGetErrorString(status);
    static_cast<void>(cudaGetLastError());
  } else if (count == 0) {
    probe.error = "CUDA sees no device";
  }
}
#endif

[[noreturn]] void fail_unusable(const GpuProbe& probe) {
  const std::string driver = probe.driver.empty() ? "unknown version" : probe.driver;
  if (!probe.built_with_cuda) {
    throw DeviceError(fmt::format(
        "[device] a GPU is visible, but this program was built without CUDA: driver found: {}; "
        "build with a LibTorch that has CUDA, or train on the CPU with --set train.device=cpu",
        driver));
  }
  throw DeviceError(fmt::format(
      "[device] a GPU is visible, but CUDA does not work: {}; driver found: {}; driver needed: {}; "
      "see: nvidia-smi and ls -l /dev/nvidia*; to train on the CPU: --set train.device=cpu",
      probe.error.empty() ? "no reason given" : probe.error, driver, kDriverNeeded));
}

}  // namespace

GpuProbe probe_gpus() {
  GpuProbe probe{.visible = has_gpu_device_file(), .driver = kernel_driver_version()};
#if ASSAY_CUDA
  probe.built_with_cuda = true;
  ask_cuda(probe);
#endif
  return probe;
}

at::Device choose_device(DeviceChoice choice, const GpuProbe& probe, int64_t local_rank) {
  if (choice == DeviceChoice::kCpu) return at::kCPU;
  if (probe.cuda_works) return {at::kCUDA, static_cast<c10::DeviceIndex>(local_rank)};
  if (probe.visible) fail_unusable(probe);
  if (choice == DeviceChoice::kCuda) {
    throw DeviceError(
        fmt::format("[device] train.device is \"cuda\", but this machine shows no GPU: {}; see: ls "
                    "/dev/nvidia*",
                    probe.error.empty() ? "no device file" : probe.error));
  }
  return at::kCPU;
}

void make_current(at::Device device) {
  if (!device.is_cuda()) return;
#if ASSAY_CUDA
  const int count = c10::cuda::device_count();
  if (device.index() < count) {
    c10::cuda::set_device(device.index());
    return;
  }
  throw DeviceError(
      fmt::format("[device] LOCAL_RANK is {}, but CUDA sees {} device(s), the first of which is 0",
                  static_cast<int>(device.index()), count));
#else
  throw DeviceError("[device] this program was built without CUDA");
#endif
}

void require_attention_kernel(kernels::AttentionKernel kernel, at::Device device) {
  const bool is_of_gpus =
      kernel == kernels::AttentionKernel::kEfficient || kernel == kernels::AttentionKernel::kCudnn;
  if (device.is_cuda() || !is_of_gpus) return;
  throw DeviceError(
      "[device] train.attention names a kernel that LibTorch has for CUDA devices only, and this "
      "run is on the CPU: take auto, flash or math");
}

}  // namespace assay
