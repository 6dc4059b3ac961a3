#include "kernels/moment_codes.h"

#include <ATen/ATen.h>

#include <catch2/catch.hpp>

#include "gradient_check.h"
#include "kernels/dynamic_code.h"

using namespace assay::kernels;

namespace {

/// Numbers of many sizes, so that blocks have unlike scales.
at::Tensor numbers(at::IntArrayRef shape, Moment moment) {
  const at::Tensor x = at::randn(shape).pow(3) * at::randn(shape).mul(3).exp();
  return moment == Moment::kSecond ? x.square() : x;
}

/// The largest magnitude of the block of each number.
at::Tensor block_most(const at::Tensor& x) {
  const at::Tensor flat = x.reshape({-1}).abs();
  at::Tensor most = at::empty_like(flat);
  for (int64_t begin = 0; begin < flat.numel(); begin += rows::kCodeBlock) {
    const int64_t count = std::min(rows::kCodeBlock, flat.numel() - begin);
    most.narrow(0, begin, count).fill_(flat.narrow(0, begin, count).max());
  }
  return most.view(x.sizes());
}

}  // namespace

TEST_CASE("a moment is what its codes say within half a step of its block's largest") {
  at::manual_seed(4);
  ShapeDraw draw(39);
  for (int round = 0; round < 30; ++round) {
    const std::vector<int64_t> shape = draw.one_in(2)
                                           ? std::vector<int64_t>{draw.up_to(3000)}
                                           : std::vector<int64_t>{draw.up_to(60), draw.up_to(300)};
    for (const Moment moment : {Moment::kFirst, Moment::kSecond}) {
      const at::Tensor x = numbers(shape, moment);
      const MomentCodes codes(moment, at::kCPU);
      const CodedMoment coded = codes.coded(x);
      INFO(x.sizes());
      CHECK(coded.codes.scalar_type() == at::kByte);
      CHECK(coded.codes.sizes() == x.sizes());
      CHECK(coded.scales.numel() == (x.numel() + 255) / 256);
      const at::Tensor back = codes.widened(coded);
      REQUIRE(back.sizes() == x.sizes());
      // 64 or 128 numbers stand between 0.1 and 1; below zero the largest is half a step short.
      const double half_step = 0.9 / (moment == Moment::kFirst ? 64 : 128) / 2;
      CHECK(((back - x).abs() <= block_most(x) * (half_step * 1.001)).all().item<bool>());
    }
  }
}

TEST_CASE("a code of the operators is that of the loops") {
  at::manual_seed(5);
  for (const Moment moment : {Moment::kFirst, Moment::kSecond}) {
    const at::Tensor x = numbers({20, 256}, moment);
    const at::Tensor codes = MomentCodes(moment, at::kCPU).coded(x).codes;
    const at::Tensor parts = x / x.abs().amax(1, true);
    for (int64_t i = 0; i < x.numel(); ++i) {
      const float part = parts.const_data_ptr<float>()[i];
      const uint8_t expected =
          moment == Moment::kFirst ? rows::first_moment_code(part) : rows::second_moment_code(part);
      CHECK(codes.const_data_ptr<uint8_t>()[i] == expected);
    }
  }
}

TEST_CASE("zeros have codes without a scale and come back as zeros") {
  const at::Tensor zeros = at::zeros({3, 100});
  for (const Moment moment : {Moment::kFirst, Moment::kSecond}) {
    const MomentCodes codes(moment, at::kCPU);
    CHECK(codes.widened(codes.coded(zeros)).eq(0).all().item<bool>());
    CHECK(codes.widened(zero_moment(zeros)).eq(0).all().item<bool>());
  }
}

TEST_CASE("numbers that stay keep their codes, others get new ones") {
  at::manual_seed(6);
  const MomentCodes codes(Moment::kFirst, at::kCPU);
  const CodedMoment kept = codes.coded(at::randn({700}));
  const CodedMoment before{kept.codes.clone(), kept.scales.clone()};
  const at::Tensor x = at::randn({700});
  codes.store(x, at::ones({}, at::kBool), kept);
  CHECK(at::equal(kept.codes, before.codes));
  CHECK(at::equal(kept.scales, before.scales));
  codes.store(x, at::zeros({}, at::kBool), kept);
  CHECK(at::equal(kept.codes, codes.coded(x).codes));
  CHECK_FALSE(at::equal(kept.codes, before.codes));
}
