#include "models/layers/rotary_positions.h"

#include <ATen/ATen.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>

#include "error/error.h"

using namespace assay;
using namespace assay::models;

namespace {

double frequency(const RotaryShape& shape, int64_t pair) {
  return rotary_frequencies(shape, at::kFloat)[pair].item<double>();
}

/// The unstretched frequency of a pair.
double plain(const RotaryShape& shape, int64_t pair) {
  return std::pow(shape.theta, -2.0 * static_cast<double>(pair) / static_cast<double>(shape.width));
}

}  // namespace

TEST_CASE("without a stretch pair i turns by theta^(-2i/d) a position") {
  const RotaryShape shape{.width = 8, .theta = 10000};
  for (const int64_t pair : {0, 1, 3}) {
    CHECK(frequency(shape, pair) == Approx(plain(shape, pair)).epsilon(1e-6));
  }
  CHECK(rotary_factor(shape) == 1);
}

TEST_CASE("llama3 keeps fast pairs, stretches slow ones in full and mixes between") {
  RotaryShape shape{.width = 128, .theta = 500000};
  shape.scaling = RopeScaling{.type = "llama3",
                              .factor = 8,
                              .original_max_seq_len = 8192,
                              .low_freq_factor = 1,
                              .high_freq_factor = 4};
  CHECK(frequency(shape, 0) == Approx(1));
  CHECK(frequency(shape, 63) == Approx(plain(shape, 63) / 8).epsilon(1e-5));
  // Pair 32: wavelength 2 pi sqrt(theta) = 4443, which turns 1.844 times in 8192 positions.
  const double turns = 8192 / (2 * std::numbers::pi * std::sqrt(500000.0));
  const double keep = (turns - 1) / 3;
  CHECK(frequency(shape, 32) == Approx(plain(shape, 32) * (keep + (1 - keep) / 8)).epsilon(1e-5));
}

TEST_CASE("yarn of DeepSeek-V3 keeps pairs up to 10, stretches those from 23 on, scales by 1") {
  RotaryShape shape{.width = 64, .theta = 10000};
  shape.scaling = RopeScaling{.type = "yarn",
                              .factor = 40,
                              .original_max_seq_len = 4096,
                              .beta_fast = 32,
                              .beta_slow = 1,
                              .mscale = 1.0,
                              .mscale_all_dim = 1.0};
  CHECK(frequency(shape, 10) == Approx(plain(shape, 10)).epsilon(1e-5));
  CHECK(frequency(shape, 23) == Approx(plain(shape, 23) / 40).epsilon(1e-5));
  const double stretch = (16.0 - 10) / 13;
  CHECK(frequency(shape, 16) ==
        Approx(plain(shape, 16) * (1 - stretch + stretch / 40)).epsilon(1e-5));
  CHECK(rotary_factor(shape) == 1);
  CHECK(yarn_temperature(40, 1) == Approx(1.3689).margin(1e-4));
}

TEST_CASE("yarn without mscale scales cosine and sine by its temperature") {
  RotaryShape shape{.width = 64, .theta = 150000};
  shape.scaling = RopeScaling{.type = "yarn",
                              .factor = 32,
                              .original_max_seq_len = 4096,
                              .beta_fast = 32,
                              .beta_slow = 1,
                              .truncate = false};
  CHECK(rotary_factor(shape) == Approx(0.1 * std::log(32.0) + 1));
  const auto angles = rotary_positions(at::zeros({1, 1}, at::kLong), shape);
  CHECK(angles.cos.max().item<double>() == Approx(0.1 * std::log(32.0) + 1));
  shape.scaling->attention_factor = 1.5;
  CHECK(rotary_factor(shape) == 1.5);
}

TEST_CASE("a stretch without its numbers names the one that is missing") {
  RotaryShape shape{.width = 8, .theta = 10000};
  shape.scaling = RopeScaling{.type = "yarn", .factor = 4, .original_max_seq_len = 16};
  CHECK_THROWS_WITH(rotary_frequencies(shape, at::kFloat),
                    "[models] rope_scaling has no beta_fast: type \"yarn\"");
  shape.scaling->type = "llama3";
  CHECK_THROWS_AS(rotary_frequencies(shape, at::kFloat), ConfigError);
}
