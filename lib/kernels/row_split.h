#pragma once

#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>

#include <algorithm>
#include <concepts>

#include "kernels/bf16.h"

namespace assay::kernels {

/// Whether the loops of row_loops.h apply to a tensor.
inline bool has_row_loops(const at::Tensor& x) {
  return x.is_cpu() && (x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16);
}

/// Calls work with a number of the type that row_loops.h has for x's dtype.
template <class Work>
auto with_row_type(const at::Tensor& x, const Work& work) {
  if (x.scalar_type() == at::kBFloat16) return work(rows::Bf16{});
  return work(float{});
}

/// The numbers of a tensor whose dtype stands for T. Throws: c10::Error where it does not.
template <class T>
const T* row_data(const at::Tensor& x) {
  if constexpr (std::same_as<T, float>) {
    return x.const_data_ptr<float>();
  } else {
    return reinterpret_cast<const T*>(x.const_data_ptr<at::BFloat16>());
  }
}

/// The same to write to.
template <class T>
T* mutable_row_data(const at::Tensor& x) {
  if constexpr (std::same_as<T, float>) {
    return x.mutable_data_ptr<float>();
  } else {
    return reinterpret_cast<T*>(x.mutable_data_ptr<at::BFloat16>());
  }
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
