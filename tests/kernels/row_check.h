#pragma once

#include <ATen/ATen.h>

#include <catch2/catch.hpp>
#include <cstdint>
#include <type_traits>

#include "kernels/bf16.h"
#include "thread_lanes.h"

namespace assay::kernels {

/// The dtype that rows of T have.
template <class T>
constexpr at::ScalarType kDtypeOf = std::is_same_v<T, double>  ? at::kDouble
                                    : std::is_same_v<T, float> ? at::kFloat
                                                               : at::kBFloat16;

/// The numbers of a tensor from row `row` on.
template <class T>
T* row_at(const at::Tensor& x, int64_t row = 0) {
  TORCH_CHECK(x.scalar_type() == kDtypeOf<T> && x.is_contiguous());  // Catch2 knows one thread
  return static_cast<T*>(x.mutable_data_ptr()) + row * x.stride(0);
}

/// Calls work(run, std::integral_constant<int, n>) for one lane and for four that share a row, both
/// with packs of n = 1 and, where they divide `width`, of 4. run(f) calls f(lanes).
template <class Work>
void for_each_way(int64_t width, const Work& work) {
  const auto with_packs = [&](const auto& run) {
    work(run, std::integral_constant<int, 1>{});
    if (width % 4 == 0) work(run, std::integral_constant<int, 4>{});
  };
  with_packs([](const auto& on_lanes) { on_lanes(rows::OneLane{}); });
  with_packs([](const auto& on_lanes) { on_thread_lanes(on_lanes); });
}

/// Calls work(T{}, tolerance) with the types that rows have: fp64 almost without rounding, fp32,
/// and bf16, of which results are rounded once.
template <class Work>
void for_each_row_type(const Work& work) {
  work(double{}, 1e-12);
  work(float{}, 1e-4);
  work(rows::Bf16{}, 1e-2);
}

inline void check_close(const at::Tensor& actual, const at::Tensor& expected, double tolerance) {
  const at::Tensor wide = expected.to(at::kDouble);
  INFO("largest difference " << (actual.to(at::kDouble) - wide).abs().max().item<double>());
  CHECK(at::allclose(actual.to(at::kDouble), wide, tolerance, tolerance));
}

}  // namespace assay::kernels
