#pragma once

#include <cstdint>

#include "kernels/bf16.h"

/// Loops that lay out factors and results of bf16 block products; as row_loops.h.
namespace assay::kernels::rows {

/// Numbers of two rows of x [num, stride] side by side, as vdpbf16ps reads them:
/// pairs[k, i] = (x[2k, i], x[2k + 1, i]) for the first `width` numbers of a row. `num` is even,
/// pairs [num / 2, width, 2].
void interleave_rows(const Bf16* x, int64_t stride, int64_t num, int64_t width, Bf16* pairs);

/// y[n, i] = cast(x[n, i]). x [num, width] without gaps, y [num, stride].
void narrow_rows(const float* x, int64_t num, int64_t width, Bf16* y, int64_t stride);

}  // namespace assay::kernels::rows
