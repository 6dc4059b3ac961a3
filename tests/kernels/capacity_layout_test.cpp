#include "kernels/capacity_layout.h"

#include <ATen/ATen.h>

#include <catch2/catch.hpp>

#include "gradient_check.h"

using namespace assay::kernels;

namespace {

/// Two choices of four tokens among three experts: expert 0 is wanted four times, expert 2 once.
at::Tensor wanted() { return at::tensor({0, 1, 0, 1, 1, 0, 2, 0}, at::kLong).view({4, 2}); }

/// What the rows do when expert e multiplies by e + 1 and the choices not `kept` add nothing.
at::Tensor reference(const at::Tensor& tokens, const at::Tensor& weights, const at::Tensor& kept) {
  const at::Tensor gains = (wanted() + 1).to(at::kFloat);
  return tokens * (weights * kept * gains).sum(1, true);
}

}  // namespace

TEST_CASE("first choices fill an expert before second ones, in token order") {
  const CapacityLayout layout = capacity_layout(wanted(), 3, 2, 1);
  CHECK(layout.rows.num_tokens.equal(at::tensor({4, 3, 1}, at::kLong)));
  // Expert 0: first choices of tokens 0 and 1. Expert 1: first of token 2, second of token 0.
  const at::Tensor kept = at::tensor({1, 1, 1, 0, 1, 0, 1, 0}, at::kLong).view({4, 2});
  CHECK(layout.kept.to(at::kLong).equal(kept));
  CHECK(layout.rows.row_ends.equal(at::tensor({3, 6, 9}, at::kInt)));
  CHECK(layout.rows.row_token.equal(at::tensor({0, 1, -1, 2, 0, -1, 3, -1, -1}, at::kLong)));
}

TEST_CASE("with room for all of them nothing is dropped") {
  const CapacityLayout layout = capacity_layout(wanted(), 3, 4, 1);
  CHECK(layout.kept.all().item<bool>());
}

TEST_CASE("buffers of whole multiples of rows hold the same choices") {
  const CapacityLayout small = capacity_layout(wanted(), 3, 2, 1);
  const CapacityLayout padded = capacity_layout(wanted(), 3, 2, 4);
  CHECK(padded.kept.equal(small.kept));
  CHECK(padded.rows.row_ends.equal(at::tensor({4, 8, 12}, at::kInt)));
}

TEST_CASE("a dropped choice adds nothing to its token and gets no gradient") {
  at::manual_seed(5);
  for (const int64_t row_multiple : {1, 4}) {
    const CapacityLayout layout = capacity_layout(wanted(), 3, 2, row_multiple);
    const at::Tensor rows_of = at::diff(layout.rows.row_ends, 1, 0, at::zeros({1}, at::kInt));
    const at::Tensor gains =
        at::repeat_interleave(at::arange(1, 4, at::kFloat), rows_of.to(at::kLong));
    require_same(
        [&](const auto& in) {
          const at::Tensor rows = dispatch_rows(in[0], layout.rows) * gains.unsqueeze(1);
          return combine_rows(rows, in[1] * layout.kept, layout.rows);
        },
        [&](const auto& in) { return reference(in[0], in[1], layout.kept); },
        {at::randn({4, 6}), at::rand({4, 2})});
  }
}
