#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string_view>

/// Stochastic rounding of whole tensors by LibTorch's operators, with the bits of random_bits.h:
/// what other devices do, and what the CPU's loops are held against.
namespace assay::kernels {

/// 32 bits that stand for a tensor's name (FNV-1a).
uint32_t bits_of_name(std::string_view name);

/// rows::random_bits of each `index` int64 [...]; key int64 [], both in 0 .. 2^32 - 1.
at::Tensor random_bits(const at::Tensor& key, const at::Tensor& index);

/// Which of a number's draws decides.
enum class Draw { kFirstLow, kFirstHigh, kSecondLow };

/// Finite x, fp32, in bf16; number i of x in memory order is rounded by draw i of `key`.
at::Tensor rounded_at_random(const at::Tensor& x, const at::Tensor& key, Draw draw);

}  // namespace assay::kernels
