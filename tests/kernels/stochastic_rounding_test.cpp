#include "kernels/stochastic_rounding.h"

#include <ATen/ATen.h>

#include <catch2/catch.hpp>

#include "gradient_check.h"
#include "kernels/random_bits.h"

using namespace assay::kernels;

namespace {

at::Tensor key(int64_t value) { return at::scalar_tensor(value, at::kLong); }

}  // namespace

TEST_CASE("LibTorch's operators draw the bits of the loops") {
  for (const uint32_t k : {0U, 7U, 0x80000001U, 0xFFFFFFFFU}) {
    const at::Tensor index = at::tensor({0L, 1L, 65535L, 65536L, 123456789L, 0xFFFFFFFFL});
    const at::Tensor bits = random_bits(key(k), index);
    for (int64_t i = 0; i < index.numel(); ++i) {
      const auto place = static_cast<uint32_t>(index[i].item<int64_t>());
      CHECK(bits[i].item<int64_t>() == static_cast<int64_t>(rows::random_bits(k, place)));
    }
  }
}

TEST_CASE("numbers that bf16 holds stay, and others go to one of their neighbours") {
  at::manual_seed(4);
  const at::Tensor held = at::randn({50, 7}).to(at::kBFloat16);
  CHECK(rounded_at_random(held.to(at::kFloat), key(3), Draw::kFirstLow).equal(held));
  const at::Tensor x = at::randn({4000}) * 100;
  const at::Tensor rounded = rounded_at_random(x, key(3), Draw::kFirstHigh).to(at::kFloat);
  // One unit of the eighth binary digit is at most 2^-7 of the number.
  CHECK(((rounded - x).abs() < x.abs() / 128).all().item<bool>());
  CHECK_FALSE(rounded.equal(x.to(at::kBFloat16).to(at::kFloat)));
}

TEST_CASE("the mean of what is rounded is the number, for each draw and for negative ones") {
  constexpr int64_t kCount = 1 << 16;
  for (const double value : {1.0 + 1.0 / 1024, -3.0 - 1.0 / 128, 1e-20}) {
    const at::Tensor x = at::full({kCount}, value, at::kFloat);
    for (const Draw draw : {Draw::kFirstLow, Draw::kFirstHigh, Draw::kSecondLow}) {
      const double mean = rounded_at_random(x, key(11), draw).to(at::kDouble).mean().item<double>();
      // The step of bf16 is at most 2^-7 of the number; its spread over 2^16 draws 2^-7 / 2 / 256.
      CHECK(mean == Approx(value).epsilon(5.0 / 128 / 2 / 256));
    }
  }
}

TEST_CASE("keys and draws are unlike each other") {
  const at::Tensor x = at::full({4096}, 1.0 + 1.0 / 256, at::kFloat);
  const at::Tensor first = rounded_at_random(x, key(1), Draw::kFirstLow);
  for (const auto& other : {rounded_at_random(x, key(2), Draw::kFirstLow),
                            rounded_at_random(x, key(1), Draw::kFirstHigh),
                            rounded_at_random(x, key(1), Draw::kSecondLow)}) {
    const double same = first.eq(other).to(at::kDouble).mean().item<double>();
    CHECK(same == Approx(0.5).margin(0.05));
  }
  CHECK(bits_of_name("exp_avg.a") != bits_of_name("exp_avg.b"));
}

TEST_CASE("LibTorch's operators round to the bits of the loops at 30 shapes") {
  at::manual_seed(39);
  ShapeDraw draw(39);
  for (int round = 0; round < 30; ++round) {
    const at::Tensor x = at::randn({draw.up_to(20), draw.up_to(70)}) * 1000;
    const auto bits_of_key = static_cast<uint32_t>(draw.up_to(int64_t{1} << 31));
    const at::Tensor rounded =
        rounded_at_random(x, key(static_cast<int64_t>(bits_of_key)), Draw::kFirstLow);
    const at::Tensor flat = x.view({-1});
    const at::Tensor bits = rounded.view({-1}).view(at::kShort);
    for (int64_t i = 0; i < flat.numel(); ++i) {
      const uint32_t random = rows::random_bits(bits_of_key, static_cast<uint32_t>(i)) & 0xFFFFU;
      const auto expected = rows::rounded_at_random<rows::Bf16>(flat[i].item<float>(), random).bits;
      REQUIRE(static_cast<uint16_t>(bits[i].item<int16_t>()) == expected);
    }
  }
}
