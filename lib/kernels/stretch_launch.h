#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "kernels/lanes.h"

namespace assay::kernels::rows {

/// What one block of a launch works on.
struct BlockStretch {
  int tensor = 0;  ///< of the launch
  int64_t begin = 0;
  int64_t count = 0;
};

/// Numbers of one block: every block but a tensor's last has so many.
inline constexpr int64_t kBlockNumbers = 1 << 14;

/// What a kernel may take as arguments on every GPU, less what goes beside a launch.
inline constexpr int64_t kMostLaunchBytes = 4096 - 64;

/// Tensors that one launch works on. It is the kernel's argument: no table is copied to the GPU
/// before. `Work` holds a tensor's pointers. As PyTorch's MultiTensorApply.cuh, but a block finds
/// its tensor by bisection, so that tensors of any size share a launch.
template <class Work>
struct StretchLaunch {
  static constexpr int kMost =
      (kMostLaunchBytes - 16) /
      static_cast<int64_t>(sizeof(Work) + sizeof(int64_t) + sizeof(uint32_t));
  Work works[kMost];
  int64_t counts[kMost];  ///< numbers of each tensor
  uint32_t ends[kMost];   ///< the block after each tensor's last
  int num = 0;            ///< tensors

  [[nodiscard]] ASSAY_ON_ANY_DEVICE int64_t num_blocks() const {
    return num == 0 ? 0 : ends[num - 1];
  }
  [[nodiscard]] ASSAY_ON_ANY_DEVICE BlockStretch stretch(int64_t block) const {
    int low = 0;  // the tensor is in low .. high
    int high = num - 1;
    while (low < high) {
      const int middle = (low + high) / 2;
      if (block < ends[middle]) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    const int64_t begin = (block - (low == 0 ? 0 : ends[low - 1])) * kBlockNumbers;
    const int64_t left = counts[low] - begin;
    return {.tensor = low, .begin = begin, .count = left < kBlockNumbers ? left : kBlockNumbers};
  }
};

/// Launches that cover each number of `works`, which have counts[i] numbers each, once.
template <class Work>
std::vector<StretchLaunch<Work>> launches_of(std::span<const Work> works,
                                             std::span<const int64_t> counts) {
  using Launch = StretchLaunch<Work>;
  static_assert(sizeof(Launch) <= kMostLaunchBytes);
  std::vector<Launch> launches;
  for (size_t i = 0; i < works.size(); ++i) {
    if (counts[i] == 0) continue;
    if (launches.empty() || launches.back().num == Launch::kMost) launches.emplace_back();
    Launch& launch = launches.back();
    const int64_t end = launch.num_blocks() + (counts[i] + kBlockNumbers - 1) / kBlockNumbers;
    launch.works[launch.num] = works[i];
    launch.counts[launch.num] = counts[i];
    launch.ends[launch.num] = static_cast<uint32_t>(end);
    ++launch.num;
  }
  return launches;
}

}  // namespace assay::kernels::rows
