#pragma once

#include "kernels/fp8_quantise.h"

namespace assay::kernels {

/// a b^T for a [M, K] in tiles and b [N, K] in tiles or squares: [M, N] in `dtype` (fp32 or bf16).
/// On CUDA the library's product of e4m3 numbers with these scales (`_scaled_mm_v2`, cuBLASLt,
/// without fast accumulation: partial sums are scaled and added in fp32), which exists for compute
/// capability 9 only and wants N a multiple of 16; K is filled up with zeros to whole blocks and M
/// to a multiple of 16. Elsewhere an emulation: both sides are dequantised to fp32 and multiplied
/// in fp32. It shows the rounding of fp8, not its speed, and its sums are a little more exact than
/// those of the hardware. Source: DeepSeek-V3, arXiv 2412.19437, section 3.3.2.
at::Tensor fp8_product(const Fp8Matrix& a, const Fp8Matrix& b, at::ScalarType dtype);

}  // namespace assay::kernels
