#pragma once

#include <ATen/core/Tensor.h>

namespace assay::kernels {

/// Whether products of this tensor are made in fp32 and rounded once to bf16: bf16 on an x86
/// processor without AVX-512, where LibTorch has no kernel but plain loops, which take up
/// to 290 times as long as fp32 (docs/kernels.md). Sums are in fp32 either way.
bool widens_products(const at::Tensor& x);

/// x in fp32 where products of it are to be made so, else x itself.
at::Tensor widened_for_product(const at::Tensor& x);

/// x [..., I] times weight [O, I] transposed, plus bias [O] if it is defined: [..., O].
at::Tensor linear(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias = {});

/// The same by fp32 products whatever the processor; keeps x and weight as they are for backward.
at::Tensor widened_linear(const at::Tensor& x, const at::Tensor& weight,
                          const at::Tensor& bias = {});

/// a [..., M, K] times b [..., K, N] with the same leading sizes.
at::Tensor matmul(const at::Tensor& a, const at::Tensor& b);
at::Tensor widened_matmul(const at::Tensor& a, const at::Tensor& b);

/// a [M, K] times b [K, N], without a gradient.
at::Tensor product(const at::Tensor& a, const at::Tensor& b);
void product_out(at::Tensor& out, const at::Tensor& a, const at::Tensor& b);

}  // namespace assay::kernels
