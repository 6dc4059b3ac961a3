#include "kernels/capacity_layout.h"

#include <ATen/ATen.h>

#include <algorithm>
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

TEST_CASE(
    "places in experts are those of a loop over first, second and further choices, at 40 shapes") {
  at::manual_seed(37);
  ShapeDraw draw(37);
  for (int round = 0; round < 40; ++round) {
    const int64_t tokens = draw.up_to(40);
    const int64_t experts = draw.up_to(12);
    const int64_t top_k = draw.up_to(std::min<int64_t>(experts, 5));
    const int64_t capacity = draw.up_to(8);
    const int64_t multiple = draw.up_to(4);
    INFO(tokens << " tokens, " << top_k << " of " << experts << ", room for " << capacity);
    const at::Tensor choices = std::get<1>(at::rand({tokens, experts}).topk(top_k, -1));
    const CapacityLayout layout = capacity_layout(choices, experts, capacity, multiple);
    const int64_t stride = (capacity + multiple) / multiple * multiple;
    std::vector<int64_t> filled(static_cast<size_t>(experts), 0);
    at::Tensor row_token = at::full({experts * stride}, -1, at::kLong);
    for (int64_t j = 0; j < top_k; ++j) {
      for (int64_t token = 0; token < tokens; ++token) {
        const auto expert = choices[token][j].item<int64_t>();
        const int64_t place = filled[static_cast<size_t>(expert)]++;
        REQUIRE(layout.kept[token][j].item<bool>() == (place < capacity));
        if (place >= capacity) continue;
        REQUIRE(layout.rows.pair_row[token][j].item<int64_t>() == expert * stride + place);
        row_token[expert * stride + place] = token;
      }
    }
    CHECK(layout.rows.row_token.equal(row_token));
    CHECK(layout.rows.num_tokens.equal(at::tensor(filled, at::kLong)));
  }
}
