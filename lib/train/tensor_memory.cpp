#include "train/tensor_memory.h"

#include <c10/core/CPUAllocator.h>
#include <malloc.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <string>

#if ASSAY_CUDA
#include <c10/cuda/CUDACachingAllocator.h>
#endif

#include "error/error.h"

namespace assay {

namespace {

/// An allocator that counts what another one gives. Thread-safe.
class CountingAllocator : public at::Allocator {
 public:
  explicit CountingAllocator(at::Allocator* inner) : inner_(inner) {
    check(inner->raw_deleter() != nullptr, "[train] a CPU allocator that cannot free by address");
    free_by_address() = inner->raw_deleter();
  }

  at::DataPtr allocate(size_t size) override {
    at::DataPtr data = inner_->allocate(size);
    const at::Device device = data.device();
    void* address = data.release_context();
    add(static_cast<int64_t>(malloc_usable_size(address)));
    return {address, address, &free_counted, device};
  }
  [[nodiscard]] at::DeleterFnPtr raw_deleter() const override { return &free_counted; }
  void copy_data(void* to, const void* from, size_t size) const override {
    default_copy_data(to, from, size);
  }

  static int64_t peak() { return most().load(); }
  static void restart() { most() = held().load(); }

 private:
  // LibTorch frees by a plain function, so what it needs cannot be a member.
  static at::DeleterFnPtr& free_by_address() {
    static at::DeleterFnPtr free = nullptr;
    return free;
  }
  static std::atomic<int64_t>& held() {
    static std::atomic<int64_t> bytes = 0;
    return bytes;
  }
  static std::atomic<int64_t>& most() {
    static std::atomic<int64_t> bytes = 0;
    return bytes;
  }
  static void add(int64_t bytes) {
    const int64_t now = held().fetch_add(bytes, std::memory_order_relaxed) + bytes;
    int64_t before = most().load(std::memory_order_relaxed);
    while (now > before && !most().compare_exchange_weak(before, now, std::memory_order_relaxed)) {
    }
  }
  static void free_counted(void* address) {
    held().fetch_sub(static_cast<int64_t>(malloc_usable_size(address)), std::memory_order_relaxed);
    free_by_address()(address);
  }

  at::Allocator* inner_;
};

bool& counts_host_tensors() {
  static bool counts = false;
  return counts;
}

}  // namespace

void count_host_tensors() {
  if (counts_host_tensors()) return;
  static CountingAllocator allocator(c10::GetDefaultCPUAllocator());
  constexpr uint8_t kBeforeAllOthers = 255;
  c10::SetCPUAllocator(&allocator, kBeforeAllOthers);
  counts_host_tensors() = true;
}

std::optional<Bytes> peak_tensor_bytes(at::Device device) {
#if ASSAY_CUDA
  if (device.is_cuda()) {
    constexpr auto kAll = static_cast<size_t>(c10::CachingAllocator::StatType::AGGREGATE);
    const auto stats = c10::cuda::CUDACachingAllocator::getDeviceStats(device.index());
    return Bytes(static_cast<double>(stats.allocated_bytes[kAll].peak));
  }
#endif
  if (!device.is_cpu() || !counts_host_tensors()) return std::nullopt;
  return Bytes(static_cast<double>(CountingAllocator::peak()));
}

void restart_tensor_peak(at::Device device) {
#if ASSAY_CUDA
  if (device.is_cuda()) c10::cuda::CUDACachingAllocator::resetPeakStats(device.index());
#endif
  if (device.is_cpu()) CountingAllocator::restart();
}

std::optional<Bytes> peak_resident_bytes() {
  std::ifstream stream("/proc/self/status");
  for (std::string word; stream >> word;) {
    if (word != "VmHWM:") continue;
    double kibibytes = 0;
    stream >> kibibytes;
    return Bytes(kibibytes * 1024);
  }
  return std::nullopt;
}

}  // namespace assay
