#include "kernels/stochastic_rounding.h"

#include <ATen/ATen.h>

#include "kernels/random_bits.h"

namespace assay::kernels {
namespace {

constexpr int64_t kLow16 = 0xFFFF;
constexpr int64_t kLow32 = 0xFFFFFFFF;

/// x x factor modulo 2^32, of int64 without overflow.
at::Tensor times(const at::Tensor& x, int64_t factor) {
  const at::Tensor high = x.bitwise_right_shift(16).mul(factor).bitwise_and(kLow16);
  return x.bitwise_and(kLow16).mul(factor).add(high.bitwise_left_shift(16)).bitwise_and(kLow32);
}

at::Tensor folded(const at::Tensor& x, int64_t places) {
  return x.bitwise_xor(x.bitwise_right_shift(places));
}

}  // namespace

uint32_t bits_of_name(std::string_view name) {
  uint32_t hash = 0x811C9DC5U;
  for (const char letter : name) hash = (hash ^ static_cast<unsigned char>(letter)) * 0x01000193U;
  return hash;
}

at::Tensor random_bits(const at::Tensor& key, const at::Tensor& index) {
  at::Tensor x = times(index, 0x9E3779B9).add(key).bitwise_and(kLow32);
  x = times(folded(x, 16), 0x85EBCA6B);
  x = times(folded(x, 13), 0xC2B2AE35);
  return folded(x, 16);
}

at::Tensor rounded_at_random(const at::Tensor& x, const at::Tensor& key, Draw draw) {
  const at::Tensor index = at::arange(x.numel(), x.options().dtype(at::kLong)).bitwise_and(kLow32);
  const at::Tensor bits = random_bits(
      draw == Draw::kSecondLow ? key.bitwise_xor(static_cast<int64_t>(rows::kSecondDraw)) : key,
      index);
  const at::Tensor random_16 =
      draw == Draw::kFirstHigh ? bits.bitwise_right_shift(16) : bits.bitwise_and(kLow16);
  const at::Tensor wide = x.contiguous().view({-1}).view(at::kInt).to(at::kLong);
  const at::Tensor top =
      wide.bitwise_and(kLow32).add(random_16).bitwise_right_shift(16).bitwise_and(kLow16);
  const at::Tensor low = at::where(top.gt(0x7FFF), top - 0x10000, top).to(at::kShort);
  return low.view(at::kBFloat16).view(x.sizes());
}

}  // namespace assay::kernels
