#pragma once

#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>

#include <algorithm>

namespace assay::kernels {

/// Whether the loops of row_loops.h apply to a tensor.
inline bool has_row_loops(const at::Tensor& x) {
  return x.is_cpu() && x.scalar_type() == at::kFloat;
}

/// Calls work(begin, end) on shares of `num_rows` rows of `width` numbers, one share a thread;
/// little work stays on the caller's thread.
template <class Work>
void split_rows(int64_t num_rows, int64_t width, const Work& work) {
  constexpr int64_t kNumbersPerThread = 1 << 14;
  const int64_t grain = std::max<int64_t>(1, kNumbersPerThread / std::max<int64_t>(1, width));
  at::parallel_for(0, num_rows, grain, work);
}

}  // namespace assay::kernels
