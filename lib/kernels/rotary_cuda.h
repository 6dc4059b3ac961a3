#pragma once

#include <cuda_runtime_api.h>

#include "kernels/rotary_row.h"

/// rotate_row on a GPU, for T = float or rows::Bf16. Pointers are the device's; the calls wait for
/// nothing.
namespace assay::kernels::cuda {

/// Turns `num` rows of x [num, heads x 2 x half], a block each. Row n has the angles of row
/// n % num_angles.
template <class T>
void rotate(const rows::RotaryShape& shape, const T* x, const float* cos, const float* sin,
            int64_t num, int64_t num_angles, T* y, cudaStream_t stream);

}  // namespace assay::kernels::cuda
