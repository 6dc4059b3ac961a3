#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

/// Linear layers whose three products are of e4m3 numbers, in DeepSeek-V3's recipe: activations and
/// gradients in tiles of 1 x 128 along the sum, weights in squares of 128 x 128, sums in fp32,
/// results in the input's dtype. Source: arXiv 2412.19437, section 3.3.
///
///   y  = q(x) q(W)^T         tiles along the input features
///   dx = q(dy) q(W)          tiles along the output features
///   dW = q(dy)^T q(x)        tiles of 128 rows along the tokens
///
/// Kept for the backward pass is x in e4m3 as dW wants it, half the bytes of bf16. Unlike in the
/// paper it is quantised from x itself and not from the tiles of the forward pass.
namespace assay::kernels {

/// x W^T + bias for x [N, in], weight [out, in], bias [out] or undefined. On CUDA: compute
/// capability 9, both widths multiples of 16 (fp8_widths_fit).
at::Tensor fp8_linear(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias);

/// grouped_linear in fp8: rows [M, in] sorted by expert, weight [E, out, in], row_ends int32 [E].
/// One product an expert: the library's grouped product (`_scaled_grouped_mm_v2`) has scales of
/// whole rows and of 32 numbers only. On CUDA it reads row_ends back, which waits for the device.
at::Tensor fp8_grouped_linear(const at::Tensor& rows, const at::Tensor& weight,
                              const at::Tensor& row_ends);

/// Whether the products of a weight [out, in] exist on CUDA.
inline bool fp8_widths_fit(int64_t out, int64_t in) { return out % 16 == 0 && in % 16 == 0; }

}  // namespace assay::kernels
