#include "kernels/fp8_quantise.h"

#include <ATen/ATen.h>

#include <catch2/catch.hpp>

#include <cmath>
#include <limits>
#include <vector>

#include "gradient_check.h"

using assay::kernels::dequantise;
using assay::kernels::Fp8Block;
using assay::kernels::Fp8Matrix;
using assay::kernels::quantise;
using assay::kernels::quantise_by_operators;
using assay::kernels::quantise_transposed;
using assay::kernels::rows_of;
using assay::kernels::ShapeDraw;
using assay::kernels::transposed;

namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

at::Tensor bytes_in(const Fp8Matrix& matrix) { return matrix.values.view(at::kByte); }

/// The same bits, of NaN too.
bool same_bits(const at::Tensor& a, const at::Tensor& b) {
  return a.contiguous().view(at::kInt).equal(b.contiguous().view(at::kInt));
}

void require_same_matrix(const Fp8Matrix& a, const Fp8Matrix& b) {
  REQUIRE(a.values.sizes() == b.values.sizes());
  REQUIRE(a.scales.sizes() == b.scales.sizes());
  CHECK(a.scales.strides() == b.scales.strides());
  CHECK(bytes_in(a).equal(bytes_in(b)));
  CHECK(same_bits(a.scales, b.scales));
}

void require_operators_bits(const at::Tensor& x) {
  for (const Fp8Block block : {Fp8Block::kTile, Fp8Block::kSquare, Fp8Block::kRow}) {
    require_same_matrix(quantise(x, block), quantise_by_operators(x, block));
  }
  require_same_matrix(quantise_transposed(x), quantise_by_operators(x.t(), Fp8Block::kTile));
}

/// Numbers over sixty powers of two with whole columns and single numbers of zero.
at::Tensor wide_numbers(int64_t num_rows, int64_t num_cols, at::ScalarType dtype) {
  const at::Tensor powers = at::randint(-30, 30, {num_rows, num_cols}, at::kFloat);
  at::Tensor x = at::randn({num_rows, num_cols}) * at::exp2(powers);
  x.masked_fill_(at::rand({num_rows, num_cols}) < 0.1, 0);
  x.select(1, num_cols / 2).zero_();
  return x.to(dtype);
}

/// All magnitudes of e4m3 in the order of their bits, from the definition of the format.
std::vector<float> fp8_magnitudes() {
  std::vector<float> numbers;
  for (int code = 0; code < 127; ++code) {
    const int exponent = code / 8;
    const double mantissa = (code % 8) / 8.0;
    numbers.push_back(static_cast<float>(exponent == 0 ? std::ldexp(mantissa, -6)
                                                       : std::ldexp(1 + mantissa, exponent - 7)));
  }
  return numbers;
}

}  // namespace

TEST_CASE("e4m3 numbers quantise to their own bits where the largest one is there") {
  const std::vector<float> numbers = fp8_magnitudes();
  REQUIRE(numbers.back() == 448);
  const at::Tensor x = at::tensor(numbers).view({1, -1});
  for (const Fp8Block block : {Fp8Block::kTile, Fp8Block::kSquare, Fp8Block::kRow}) {
    const Fp8Matrix positive = quantise(x, block);
    CHECK(positive.scales.item<float>() == 1);
    CHECK(bytes_in(positive).equal(at::arange(127, at::kByte).view({1, -1})));
    CHECK(dequantise(positive, at::kFloat).equal(x));
    CHECK(dequantise(quantise(-x, block), at::kFloat).equal(-x));
    CHECK(bytes_in(quantise(-x, block)).equal(at::arange(128, 255, at::kByte).view({1, -1})));
  }
}

TEST_CASE("quantisation takes the nearest e4m3 number, and of two the even one") {
  const std::vector<float> numbers = fp8_magnitudes();
  std::vector<float> between{448};
  std::vector<uint8_t> expected{126};
  for (size_t i = 0; i + 1 < numbers.size(); ++i) {
    const float middle = (numbers[i] + numbers[i + 1]) / 2;
    const auto low = static_cast<uint8_t>(i);
    const auto high = static_cast<uint8_t>(i + 1);
    between.insert(between.end(),
                   {middle, std::nextafter(middle, 0.0F), std::nextafter(middle, 1000.0F)});
    expected.insert(expected.end(), {i % 2 == 0 ? low : high, low, high});
  }
  const Fp8Matrix matrix = quantise(at::tensor(between).view({1, -1}), Fp8Block::kRow);
  CHECK(bytes_in(matrix).equal(at::tensor(expected, at::kByte).view({1, -1})));
}

TEST_CASE("the loops give the bits of plain operators at the edges of blocks") {
  at::manual_seed(11);
  const auto dtype = GENERATE(at::kFloat, at::kBFloat16);
  const auto shape = GENERATE(std::pair{1, 1}, std::pair{3, 127}, std::pair{128, 128},
                              std::pair{129, 300}, std::pair{260, 17}, std::pair{64, 1000});
  require_operators_bits(wide_numbers(shape.first, shape.second, dtype));
}

TEST_CASE("the loops give the bits of plain operators on shapes drawn at random") {
  at::manual_seed(12);
  ShapeDraw draw(12);
  for (int i = 0; i < 40; ++i) {
    const int64_t rows = draw.up_to(300);
    const int64_t cols = draw.up_to(700);
    INFO(rows << " x " << cols);
    require_operators_bits(wide_numbers(rows, cols, i % 2 == 0 ? at::kFloat : at::kBFloat16));
  }
}

TEST_CASE("scales lie in memory as the library reads them") {
  const at::Tensor x = at::randn({200, 700});
  const Fp8Matrix tiles = quantise(x, Fp8Block::kTile);
  CHECK(tiles.scales.sizes() == at::IntArrayRef{200, 6});
  CHECK(tiles.scales.strides() == at::IntArrayRef{1, 200});
  const Fp8Matrix squares = quantise(x, Fp8Block::kSquare);
  CHECK(squares.scales.sizes() == at::IntArrayRef{2, 6});
  CHECK(squares.scales.strides() == at::IntArrayRef{8, 1});
  const at::Tensor padding = squares.scales.as_strided({2, 8}, {8, 1}).narrow(1, 6, 2);
  CHECK(padding.equal(at::zeros({2, 2})));
  CHECK(quantise(x, Fp8Block::kRow).scales.sizes() == at::IntArrayRef{200, 1});
}

TEST_CASE("a number comes back within half a step of its block's scale") {
  at::manual_seed(12);
  const auto block = GENERATE(Fp8Block::kTile, Fp8Block::kSquare, Fp8Block::kRow);
  const at::Tensor x = wide_numbers(150, 333, at::kFloat);
  const Fp8Matrix matrix = quantise(x, block);
  const at::Tensor error = (dequantise(matrix, at::kFloat) - x).abs();
  // Steps of e4m3: 2^-3 of a number's power of two, and 2^-9 below the normal ones.
  const int64_t rows_of_block = block == Fp8Block::kSquare ? 128 : 1;
  const int64_t cols_of_block = block == Fp8Block::kRow ? 333 : 128;
  const at::Tensor scales = matrix.scales.repeat_interleave(rows_of_block, 0)
                                .slice(0, 0, 150)
                                .repeat_interleave(cols_of_block, 1)
                                .slice(1, 0, 333);
  const at::Tensor bound = at::maximum(x.abs() * 0x1p-4, scales * 0x1p-10) * (1 + 1e-5);
  CHECK(error.le(bound).all().item<bool>());
  CHECK(error.max().item<float>() > 0);
}

TEST_CASE("blocks of zeros and of the smallest numbers stay what they are") {
  at::Tensor x = at::zeros({2, 256});
  x[1].fill_(std::numeric_limits<float>::denorm_min());
  x[1][0] = 1e-38F;
  for (const Fp8Block block : {Fp8Block::kTile, Fp8Block::kSquare, Fp8Block::kRow}) {
    const Fp8Matrix matrix = quantise(x, block);
    CHECK(matrix.scales.ge(std::numeric_limits<float>::min()).all().item<bool>());
    const at::Tensor back = dequantise(matrix, at::kFloat);
    CHECK(back[0].equal(at::zeros({256})));
    CHECK(back[1][0].item<float>() == Approx(1e-38).epsilon(0.07));
    CHECK(back.isfinite().all().item<bool>());
  }
  CHECK(dequantise(quantise(at::full({1, 4}, 3e38F), Fp8Block::kRow), at::kFloat)
            .isfinite()
            .all()
            .item<bool>());
}

TEST_CASE("a number that is not finite makes its block NaN and no other") {
  for (const float bad : {kNaN, kInfinity, -kInfinity}) {
    at::Tensor x = at::randn({130, 200});
    x[129][3] = bad;
    for (const Fp8Block block : {Fp8Block::kTile, Fp8Block::kSquare, Fp8Block::kRow}) {
      const Fp8Matrix matrix = quantise(x, block);
      require_same_matrix(matrix, quantise_by_operators(x, block));
      const at::Tensor nan = dequantise(matrix, at::kFloat).isnan();
      at::Tensor expected = at::zeros({130, 200}, at::kBool);
      const int64_t first = block == Fp8Block::kSquare ? 128 : 129;
      expected.slice(0, first, 130).slice(1, 0, block == Fp8Block::kRow ? 200 : 128).fill_(true);
      CHECK(nan.equal(expected));
    }
    const at::Tensor nan = dequantise(quantise_transposed(x), at::kFloat).isnan();
    CHECK(nan.sum().item<int64_t>() == 2);  // rows 128 and 129 of column 3
    CHECK(nan[3].slice(0, 128, 130).all().item<bool>());
  }
}

TEST_CASE("squares can be transposed and rows cut out without rounding again") {
  at::manual_seed(13);
  const at::Tensor x = at::randn({300, 140});
  require_same_matrix(transposed(quantise(x, Fp8Block::kSquare)),
                      quantise(x.t().contiguous(), Fp8Block::kSquare));
  const Fp8Matrix one_tile = rows_of(quantise(x.slice(1, 0, 100), Fp8Block::kTile), 48, 96);
  CHECK(one_tile.scales.strides() == at::IntArrayRef{1, 96});
  require_same_matrix(rows_of(quantise(x, Fp8Block::kTile), 17, 200),
                      quantise(x.narrow(0, 17, 200), Fp8Block::kTile));
  CHECK_THROWS_WITH(transposed(quantise(x, Fp8Block::kTile)), Catch::Contains("in squares"));
  CHECK_THROWS_WITH(rows_of(quantise(x, Fp8Block::kSquare), 0, 1), Catch::Contains("tiles only"));
}

TEST_CASE("quantisation refuses what it has no loops for") {
  CHECK_THROWS_WITH(quantise(at::zeros({2, 2}, at::kDouble), Fp8Block::kTile),
                    Catch::Contains("fp32 or bf16"));
  CHECK_THROWS_WITH(quantise_transposed(at::zeros({2, 2, 2})), Catch::Contains("matrices"));
}

TEST_CASE("matrices without rows or columns quantise to nothing") {
  for (const Fp8Block block : {Fp8Block::kTile, Fp8Block::kSquare, Fp8Block::kRow}) {
    CHECK(quantise(at::zeros({0, 130}), block).values.numel() == 0);
    CHECK(dequantise(quantise(at::zeros({3, 0}), block), at::kFloat).numel() == 0);
  }
  CHECK(quantise_transposed(at::zeros({0, 130})).values.sizes() == at::IntArrayRef{130, 0});
}
