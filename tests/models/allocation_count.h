#pragma once

#include <c10/core/Allocator.h>
#include <c10/util/ThreadLocalDebugInfo.h>

#include <algorithm>
#include <cstdint>

namespace assay {

/// Adds up what this thread's operators allocate and free on the CPU.
class AllocationCount : public c10::MemoryReportingInfoBase {
 public:
  void reportMemoryUsage(void* /*pointer*/, int64_t size, size_t /*allocated*/, size_t /*reserved*/,
                         c10::Device /*device*/) override {
    held_ += size;
    peak_ = std::max(peak_, held_);
  }
  [[nodiscard]] bool memoryProfilingEnabled() const override { return true; }
  [[nodiscard]] double held() const { return static_cast<double>(held_); }
  [[nodiscard]] double peak() const { return static_cast<double>(peak_); }

 private:
  int64_t held_ = 0;
  int64_t peak_ = 0;
};

}  // namespace assay
