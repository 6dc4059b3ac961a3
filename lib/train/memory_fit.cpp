#include "train/memory_fit.h"

#include <c10/util/Exception.h>
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <new>
#include <string_view>

#if ASSAY_CUDA
#include <c10/cuda/CUDAGuard.h>
#include <cuda_runtime_api.h>
#endif

#include "error/error.h"
#include "kernels/linear_cross_entropy.h"

namespace assay {

namespace {

constexpr double kUnlimited = std::numeric_limits<double>::infinity();

double kibibytes_in(const char* file, std::string_view key) {
  std::ifstream stream(file);
  std::string name;
  double value = 0;
  std::string rest;
  while (stream >> name >> value && std::getline(stream, rest)) {
    if (name == key) return value * 1024;
  }
  return kUnlimited;
}

double cgroup_limit() {
  for (const char* file :
       {"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"}) {
    std::ifstream stream(file);
    double value = 0;
    if (stream >> value) return value;  // "max" is no number: no limit
  }
  return kUnlimited;
}

double address_space_limit() {
  rlimit limit{};
  getrlimit(RLIMIT_AS, &limit);
  return limit.rlim_cur == RLIM_INFINITY ? kUnlimited : static_cast<double>(limit.rlim_cur);
}

double resident_bytes() {
  std::ifstream stream("/proc/self/statm");
  double total = 0;
  double resident = 0;
  stream >> total >> resident;
  return resident * 4096;
}

bool is_out_of_memory(const std::exception& error) {
  const std::string_view text = error.what();
  // The CPU allocator of LibTorch throws a plain c10::Error with these words.
  return dynamic_cast<const std::bad_alloc*>(&error) != nullptr ||
         dynamic_cast<const c10::OutOfMemoryError*>(&error) != nullptr ||
         text.find("can't allocate memory") != std::string_view::npos ||
         text.find("not enough memory") != std::string_view::npos ||
         text.find("out of memory") != std::string_view::npos;
}

}  // namespace

double state_bytes_per_parameter(Precision precision, const OptimizerConfig& optimizer) {
  const double moments = optimizer.moments == MomentDtype::kBf16 ? 2 + 2 : 4 + 4;
  if (precision == Precision::kFp32) return 4 + 4 + moments;
  return 2 + 2 + 4 + (optimizer.master_weights ? 4 : 0) + moments;
}

double activation_bytes(Precision precision) { return precision == Precision::kFp32 ? 4 : 2; }

MemoryNeed predict_memory(const ModelSpec& spec, const TrainConfig& config,
                          const OptimizerConfig& optimizer) {
  const auto tokens = static_cast<double>(config.micro_batch) * static_cast<double>(config.seq_len);
  constexpr double kLogitAndGradient = 2 * 4;
  const double logit_rows =
      std::min(tokens, static_cast<double>(kernels::logit_rows_at_once(spec.vocab_size)));
  const ActivationMemory kept = own_activation_memory(spec, config.recompute, config.seq_len,
                                                      activation_bytes(config.precision));
  return {
      .state = training_state_bytes(spec, state_bytes_per_parameter(config.precision, optimizer)),
      .logits = Bytes(logit_rows * static_cast<double>(spec.vocab_size) * kLogitAndGradient),
      .activations = static_cast<double>(config.micro_batch) * (kept.blocks + kept.again)};
}

DeviceMemory device_memory(at::Device device) {
#if ASSAY_CUDA
  if (device.is_cuda()) {
    const c10::cuda::CUDAGuard guard(device);
    size_t free = 0;
    size_t total = 0;
    C10_CUDA_CHECK(cudaMemGetInfo(&free, &total));
    return {Bytes(static_cast<double>(total - free)), Bytes(static_cast<double>(total))};
  }
#endif
  check(device.is_cpu(), "[train] memory of a device that this build does not know");
  const double memory = kibibytes_in("/proc/meminfo", "MemTotal:");
  return {Bytes(resident_bytes()),
          Bytes(std::min({memory, cgroup_limit(), address_space_limit()}))};
}

std::string to_text(Bytes bytes) {
  constexpr double kGibibyte = 1024.0 * 1024 * 1024;
  if (bytes.value() < kGibibyte) return fmt::format("{:.1f} MiB", bytes.value() / kGibibyte * 1024);
  return fmt::format("{:.2f} GiB", bytes.value() / kGibibyte);
}

void rethrow_out_of_memory(const MemoryNeed& need, at::Device device, const TrainConfig& config) {
  try {
    throw;
  } catch (const std::exception& error) {
    if (!is_out_of_memory(error)) throw;
    const DeviceMemory memory = device_memory(device);
    throw DeviceError(fmt::format(
        "[device] out of memory on {}: predicted {} (weights, gradients and optimizer {}, logits "
        "{}, activations {}) plus work space, used {} of {}; what helps: a smaller "
        "train.micro_batch (now {}) "
        "with a larger train.grad_accum, a smaller train.seq_len (now {}), {}{}a smaller model",
        device.str(), to_text(need.total()), to_text(need.state), to_text(need.logits),
        to_text(need.activations), to_text(memory.used), to_text(memory.limit), config.micro_batch,
        config.seq_len, config.precision == Precision::kFp32 ? "train.precision = \"bf16\", " : "",
        config.recompute != Recompute::kFull ? "train.recompute = \"full\", " : ""));
  }
}

}  // namespace assay
