#pragma once

#include <cstdint>

#include "kernels/bf16.h"

/// Rotary embedding on the CPU, as row_loops.h.
namespace assay::kernels::rows {

/// Turns the pairs (x[i], x[i + half]) of `heads` heads of each row by that row's angles
/// [num, half]; `direction` -1 turns back. x, y [num, heads x 2 x half].
template <class T>
void rotate_half(const T* x, const float* cos, const float* sin, float direction, int64_t num,
                 int64_t heads, int64_t half, T* y);

/// Turns pairs of neighbours (x[2i], x[2i + 1]); y holds the pairs as (y[i], y[i + half]).
template <class T>
void rotate_neighbours(const T* x, const float* cos, const float* sin, int64_t num, int64_t heads,
                       int64_t half, T* y);

/// Turns x of rotate_neighbours' layout of y back, into that of its x.
template <class T>
void rotate_neighbours_back(const T* x, const float* cos, const float* sin, int64_t num,
                            int64_t heads, int64_t half, T* y);

}  // namespace assay::kernels::rows
