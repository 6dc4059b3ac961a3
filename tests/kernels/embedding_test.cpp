#include "kernels/embedding.h"

#include <ATen/ATen.h>

#include <catch2/catch.hpp>

#include "gradient_check.h"

using assay::kernels::embedding;
using assay::kernels::EmbeddingGradient;
using assay::kernels::require_difference_quotients;
using assay::kernels::require_same;
using assay::kernels::ShapeDraw;

TEST_CASE("an embedding and its gradient are those of torch at any shape") {
  at::manual_seed(8);
  struct Shape {
    int64_t rows, width;
    std::vector<int64_t> indices;
  };
  const std::vector<Shape> shapes{{1, 1, {1}}, {7, 33, {2, 9}}, {300, 16, {4, 3, 5}}};
  for (const auto& [rows, width, indices] : shapes) {
    const at::Tensor places = at::randint(0, rows, indices, at::kLong);
    require_same(
        [&](const auto& in) { return embedding(in[0], places, EmbeddingGradient::kDense); },
        [&](const auto& in) { return at::embedding(in[0], places); }, {at::randn({rows, width})});
  }
}

TEST_CASE("no index at all gives a gradient of zeros") {
  const at::Tensor weight = at::randn({5, 3}).set_requires_grad(true);
  embedding(weight, at::zeros({2, 0}, at::kLong), EmbeddingGradient::kDense).sum().backward();
  CHECK(weight.grad().equal(at::zeros({5, 3})));
}

TEST_CASE("rows of a weight that is used twice are added to its dense gradient") {
  at::manual_seed(8);
  const at::Tensor places = at::randint(0, 20, {3, 11}, at::kLong);
  const at::Tensor x = at::randn({5, 6});
  require_same(
      [&](const auto& in) {
        const at::Tensor rows = embedding(in[0], places, EmbeddingGradient::kRows);
        return at::linear(x, in[0]).sum() * rows.square().sum();
      },
      [&](const auto& in) {
        return at::linear(x, in[0]).sum() * at::embedding(in[0], places).square().sum();
      },
      {at::randn({20, 6})}, 1e-4, 1e-3);
}

TEST_CASE("bf16 gradients of one row are added in fp32") {
  const at::Tensor weight = at::zeros({2, 3}, at::kBFloat16).set_requires_grad(true);
  const at::Tensor places = at::zeros({257}, at::kLong);
  embedding(weight, places, EmbeddingGradient::kDense).backward(at::ones({257, 3}, at::kBFloat16));
  // Adding up in bf16 stays at 256; 257 itself rounds to 256, 258 does not.
  CHECK(weight.grad()[0][0].item<float>() == 256.0F);
  weight.mutable_grad().reset();
  embedding(weight, at::zeros({384}, at::kLong), EmbeddingGradient::kDense)
      .backward(at::ones({384, 3}, at::kBFloat16));
  CHECK(weight.grad()[0][0].item<float>() == 384.0F);
  CHECK(weight.grad()[1].equal(at::zeros({3}, at::kBFloat16)));
}

TEST_CASE("fp64 gradients of an embedding are its difference quotients") {
  at::manual_seed(31);
  const at::Tensor places = at::randint(0, 4, {2, 5}, at::kLong);
  require_difference_quotients(
      [&](const auto& in) { return embedding(in[0], places, EmbeddingGradient::kDense); },
      {at::randn({4, 3})});
}

TEST_CASE(
    "the gradient of an embedding is that of torch at 40 shapes, of dense and of sparse rows") {
  at::manual_seed(32);
  ShapeDraw draw(32);
  for (int round = 0; round < 40; ++round) {
    const int64_t rows = draw.up_to(60);
    const int64_t width = draw.up_to(90);
    const at::Tensor places = at::randint(0, rows, {draw.up_to(4), draw.up_to(50)}, at::kLong);
    INFO(places.sizes() << " of " << rows << " rows of " << width);
    const at::Tensor weight = at::randn({rows, width});
    require_same(
        [&](const auto& in) { return embedding(in[0], places, EmbeddingGradient::kDense); },
        [&](const auto& in) { return at::embedding(in[0], places); }, {weight});
    const at::Tensor leaf = weight.clone().set_requires_grad(true);
    const at::Tensor scale = at::randn({places.size(0), places.size(1), width});
    (embedding(leaf, places, EmbeddingGradient::kRows) * scale).sum().backward();
    const at::Tensor expected =
        at::zeros_like(weight).index_add(0, places.flatten(), scale.flatten(0, 1));
    CHECK(at::allclose(leaf.grad().to_dense(), expected, 1e-4, 1e-5));
  }
}
