#pragma once

#include <cstdint>

/// What the CPU and a GPU share of a kernel: functions on one row for `Lanes`, a group that works
/// on it together: threads of a GPU's block or warp, or one thread. No LibTorch in here. `Lanes`
/// has rank(), size(), sum(T) and max(T) over all lanes (each lane gets the result) and sync(),
/// after which every lane sees what the others wrote.
#ifdef __CUDACC__
#define ASSAY_ON_ANY_DEVICE __host__ __device__ inline
#define ASSAY_INLINE_ON_ANY_DEVICE __host__ __device__ __forceinline__
#else
#define ASSAY_ON_ANY_DEVICE inline
#define ASSAY_INLINE_ON_ANY_DEVICE [[gnu::always_inline]] inline
#endif

namespace assay::kernels::rows {

/// Lanes of one.
struct OneLane {
  [[nodiscard]] ASSAY_ON_ANY_DEVICE int64_t rank() const { return 0; }
  [[nodiscard]] ASSAY_ON_ANY_DEVICE int64_t size() const { return 1; }
  template <class T>
  [[nodiscard]] ASSAY_ON_ANY_DEVICE T sum(T x) const {
    return x;
  }
  template <class T>
  [[nodiscard]] ASSAY_ON_ANY_DEVICE T max(T x) const {
    return x;
  }
  ASSAY_ON_ANY_DEVICE void sync() const {}
};

}  // namespace assay::kernels::rows
