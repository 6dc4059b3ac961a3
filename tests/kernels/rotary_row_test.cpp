#include "kernels/rotary_row.h"

#include <ATen/ATen.h>

#include <catch2/catch.hpp>
#include <cmath>

#include "gradient_check.h"
#include "row_check.h"

using namespace assay::kernels;
using rows::PairLayout;

namespace {

template <class T, class Run>
at::Tensor turned_by_rows(const Run& run, const at::Tensor& x_NHd, const at::Tensor& angles_Nh,
                          PairLayout from, PairLayout to, float direction) {
  const at::Tensor y = at::empty_like(x_NHd);
  const at::ScalarType wide = kDtypeOf<rows::Wide<T>>;
  const at::Tensor cos = angles_Nh.cos().to(wide);
  const at::Tensor sin = angles_Nh.sin().to(wide);
  const rows::RotaryShape shape{.heads = x_NHd.size(1),
                                .half = x_NHd.size(2) / 2,
                                .from = from,
                                .to = to,
                                .direction = direction};
  run([&](const auto& lanes) {
    for (int64_t n = 0; n < x_NHd.size(0); ++n) {
      rows::rotate_row(lanes, shape, row_at<T>(x_NHd, n), row_at<rows::Wide<T>>(cos, n),
                       row_at<rows::Wide<T>>(sin, n), row_at<T>(y, n));
    }
  });
  return y;
}

}  // namespace

TEST_CASE("lanes that share a position turn both layouts as complex numbers, and back") {
  at::manual_seed(67);
  ShapeDraw draw(67);
  for (int round = 0; round < 12; ++round) {
    const int64_t num = draw.up_to(5);
    const int64_t heads = draw.up_to(4);
    const int64_t half = draw.up_to(20);
    INFO(num << " x " << heads << " x " << 2 * half);
    const at::Tensor angles = at::randn({num, half}, at::kDouble) * 10;
    const at::Tensor turn = at::polar(at::ones_like(angles), angles).unsqueeze(1);
    for_each_row_type([&]<class T>(T, double tolerance) {
      const at::Tensor neighbours = at::randn({num, heads, 2 * half}, at::kDouble).to(kDtypeOf<T>);
      const at::Tensor pairs = neighbours.view({num, heads, half, 2});
      const at::Tensor halves = pairs.transpose(-1, -2).flatten(-2).contiguous();
      const at::Tensor wide = pairs.to(at::kDouble);
      const at::Tensor number = at::complex(wide.select(-1, 0), wide.select(-1, 1)) * turn;
      const at::Tensor expected = at::cat({at::real(number), at::imag(number)}, -1);
      for_each_way(1, [&](const auto& run, auto) {
        const at::Tensor of_halves =
            turned_by_rows<T>(run, halves, angles, PairLayout::kHalves, PairLayout::kHalves, 1);
        const at::Tensor of_neighbours = turned_by_rows<T>(
            run, neighbours, angles, PairLayout::kNeighbours, PairLayout::kHalves, 1);
        check_close(of_halves, expected, tolerance);
        CHECK(of_neighbours.equal(of_halves));
        // The inverse is the transpose, so this is the gradient too.
        check_close(
            turned_by_rows<T>(run, of_halves, angles, PairLayout::kHalves, PairLayout::kHalves, -1),
            halves, 2 * tolerance);
        check_close(turned_by_rows<T>(run, of_halves, angles, PairLayout::kHalves,
                                      PairLayout::kNeighbours, -1),
                    neighbours, 2 * tolerance);
      });
    });
  }
}
