#include "kernels/expert_layout.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "gradient_check.h"

using namespace assay::kernels;

namespace {

const int64_t kExperts = 5;

/// Choices of 4 tokens; expert 3 has none.
at::Tensor some_choices() { return at::tensor({4, 0, 1, 4, 0, 2, 4, 1}, at::kLong).view({4, 2}); }

at::Tensor reference_mixture(const at::Tensor& tokens, const at::Tensor& weights) {
  const at::Tensor choices = some_choices();
  at::Tensor scale = at::zeros({4, kExperts});
  scale = scale.scatter_add(1, choices, weights);
  const at::Tensor gains = at::arange(1, kExperts + 1, at::kFloat);  // expert e multiplies by e + 1
  return tokens * (scale * gains).sum(1, true);
}

}  // namespace

TEST_CASE("rows are sorted by expert, in token order, and an expert may have none") {
  const ExpertLayout layout = expert_layout(some_choices(), kExperts, 1);
  CHECK(layout.row_token.equal(at::tensor({0, 2, 1, 3, 2, 0, 1, 3}, at::kLong)));
  CHECK(layout.row_ends.equal(at::tensor({2, 4, 5, 5, 8}, at::kInt)));
  CHECK(layout.num_tokens.equal(at::tensor({2, 2, 1, 0, 3}, at::kLong)));
  CHECK(layout.pair_row.equal(at::tensor({5, 0, 2, 6, 1, 4, 7, 3}, at::kLong).view({4, 2})));
}

TEST_CASE("sorting on a device gives the layout that counting gives") {
  const ExpertLayout counted = expert_layout(some_choices(), kExperts, 1);
  const ExpertLayout sorted = expert_layout_by_sorting(some_choices(), kExperts);
  CHECK(sorted.row_token.equal(counted.row_token));
  CHECK(sorted.pair_row.equal(counted.pair_row));
  CHECK(sorted.row_ends.equal(counted.row_ends));
  CHECK(sorted.num_tokens.equal(counted.num_tokens));
}

TEST_CASE("padding rounds each expert's rows up and leaves an unused expert empty") {
  const ExpertLayout layout = expert_layout(some_choices(), kExperts, 4);
  CHECK(layout.row_ends.equal(at::tensor({4, 8, 12, 12, 16}, at::kInt)));
  CHECK(layout.num_tokens.equal(at::tensor({2, 2, 1, 0, 3}, at::kLong)));
  CHECK(layout.row_token.slice(0, 2, 4).equal(at::tensor({-1, -1}, at::kLong)));
}

TEST_CASE("dispatch, scale by expert and combine give the weighted mixture and its gradients") {
  at::manual_seed(5);
  for (const int64_t row_multiple : {1, 4}) {
    const ExpertLayout layout = expert_layout(some_choices(), kExperts, row_multiple);
    const at::Tensor rows_of = at::diff(layout.row_ends, 1, 0, at::zeros({1}, at::kInt));
    const at::Tensor gains =
        at::repeat_interleave(at::arange(1, kExperts + 1, at::kFloat), rows_of.to(at::kLong));
    require_same(
        [&](const auto& in) {
          const at::Tensor rows = dispatch_rows(in[0], layout) * gains.unsqueeze(1);
          return combine_rows(rows, in[1], layout);
        },
        [](const auto& in) { return reference_mixture(in[0], in[1]); },
        {at::randn({4, 6}), at::rand({4, 2})});
  }
}

TEST_CASE("rows are copied as they are, padding is zero and gets a gradient of zero") {
  at::manual_seed(15);
  const ExpertLayout layout = expert_layout(some_choices(), kExperts, 4);
  const at::Tensor wide = at::randn({6, 4}).t();  // not in plain memory order
  for (const at::ScalarType dtype : {at::kFloat, at::kBFloat16, at::kDouble}) {
    const at::Tensor tokens = wide.to(dtype);
    const at::Tensor rows = dispatch_rows(tokens, layout);
    CHECK(rows.equal(tokens.index_select(0, layout.row_token.clamp_min(0)) *
                     layout.row_token.ge(0).unsqueeze(1).to(dtype)));
    const at::Tensor leaf = rows.detach().set_requires_grad(true);
    combine_rows(leaf, at::rand({4, 2}) + 1, layout).sum().backward();
    CHECK(leaf.grad().abs().sum(1).gt(0).equal(layout.row_token.ge(0)));
  }
}

TEST_CASE("bf16 rows are combined in fp32 and rounded once, with the gradients of fp32") {
  at::manual_seed(15);
  for (const int64_t row_multiple : {1, 4}) {
    const ExpertLayout layout = expert_layout(some_choices(), kExperts, row_multiple);
    const auto mixture = [&](const at::Tensor& tokens, const at::Tensor& weights) {
      return combine_rows(dispatch_rows(tokens, layout), weights, layout);
    };
    require_same([&](const auto& in) { return mixture(in[0], in[1]); },
                 [&](const auto& in) { return mixture(in[0].to(at::kFloat), in[1]); },
                 {at::randn({4, 6}).to(at::kBFloat16), at::rand({4, 2})}, 2e-2, 2e-2);
  }
}

TEST_CASE("fp64 gradients of dispatch and combine are their difference quotients") {
  at::manual_seed(35);
  for (const int64_t row_multiple : {1, 4}) {
    const ExpertLayout layout = expert_layout(some_choices(), kExperts, row_multiple);
    require_difference_quotients(
        [&](const auto& in) {
          return combine_rows(dispatch_rows(in[0], layout).square(), in[1], layout);
        },
        {at::randn({4, 3}), at::rand({4, 2})});
  }
}

TEST_CASE("counted and sorted layouts and their mixtures are the same at 40 shapes") {
  at::manual_seed(36);
  ShapeDraw draw(36);
  for (int round = 0; round < 40; ++round) {
    const int64_t tokens = draw.up_to(60);
    const int64_t experts = draw.up_to(40);
    const int64_t top_k = draw.up_to(std::min<int64_t>(experts, 9));
    const int64_t width = draw.up_to(70);
    INFO(tokens << " tokens of " << width << ", " << top_k << " of " << experts << " experts");
    const at::Tensor choices = std::get<1>(at::rand({tokens, experts}).topk(top_k, -1));
    const ExpertLayout counted = expert_layout(choices, experts, 1);
    const ExpertLayout sorted = expert_layout_by_sorting(choices, experts);
    CHECK(sorted.row_token.equal(counted.row_token));
    CHECK(sorted.pair_row.equal(counted.pair_row));
    CHECK(sorted.row_ends.equal(counted.row_ends));
    CHECK(sorted.num_tokens.equal(counted.num_tokens));
    const ExpertLayout layout = expert_layout(choices, experts, draw.up_to(8));
    const at::Tensor gains = at::rand({experts}) + 0.5;
    const at::Tensor rows_of = at::diff(layout.row_ends, 1, 0, at::zeros({1}, at::kInt));
    const at::Tensor gain_M = at::repeat_interleave(gains, rows_of.to(at::kLong)).unsqueeze(1);
    require_same(
        [&](const auto& in) {
          return combine_rows(dispatch_rows(in[0], layout) * gain_M, in[1], layout);
        },
        [&](const auto& in) {
          const at::Tensor gain_Nk = gains.index_select(0, choices.flatten()).view_as(choices);
          return in[0] * (in[1] * gain_Nk).sum(1, true);
        },
        {at::randn({tokens, width}), at::rand({tokens, top_k})}, 1e-4, 1e-4);
  }
}
