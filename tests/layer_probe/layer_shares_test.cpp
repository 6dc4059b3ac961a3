#include "layer_probe/layer_shares.h"

#include <catch2/catch.hpp>

#include <algorithm>

#include "layer_probe/sample_quantile.h"

namespace assay {
namespace {

/// Three repeats of which the middle one is the median.
KindTimes times(const std::string& kind, double forward, double backward) {
  return {.kind = kind,
          .forward = {forward - 1, forward, forward + 1},
          .backward = {backward - 1, backward, backward + 1}};
}

const ProbeLayer& layer(const std::vector<ProbeLayer>& layers, const std::string& name) {
  const auto found = std::ranges::find(layers, name, &ProbeLayer::name);
  REQUIRE(found != layers.end());
  return *found;
}

TEST_CASE("quantiles are linear between the sorted samples") {
  CHECK(sample_quantile({3, 1, 2}, 0.5) == 2);
  CHECK(sample_quantile({4, 1, 2, 3}, 0.5) == 2.5);
  CHECK(sample_quantile({0, 10}, 0.05) == Approx(0.5));
  CHECK(sample_quantile({7}, 0.95) == 7);
}

TEST_CASE("a dense model has every block's layers as often as blocks, and its ends once") {
  const auto layers = layer_shares({{.kinds = {times("embedding", 2, 3), times("attention", 10, 20),
                                               times("mlp", 30, 60), times("head", 5, 9)}}},
                                   {.all = 32});
  CHECK(layer(layers, "embedding").count == 1);
  CHECK(layer(layers, "embedding").scaling == ProbeScaling::kBandwidth);
  const ProbeLayer& attention = layer(layers, "attention");
  CHECK(attention.count == 32);
  CHECK(attention.forward.value() == 10);
  CHECK(attention.backward.value() == 20);
  CHECK(attention.low.value() == Approx(28.2));  // of 28, 30, 32
  CHECK(attention.high.value() == Approx(31.8));
  CHECK(attention.scaling == ProbeScaling::kPeak);
  CHECK(layer(layers, "mlp").count == 32);
}

TEST_CASE("dense blocks of a mixture model: attention in all, the rest in its own sort") {
  const TimedSlice mixture{
      .kinds = {times("attention", 10, 20), times("mlp", 4, 8), times("experts", 50, 100)}};
  const TimedSlice both{
      .num_blocks = 2,
      .num_dense = 1,
      .kinds = {times("attention", 20, 40), times("mlp", 24, 48), times("experts", 50, 100)}};
  const auto layers = layer_shares({mixture, both}, {.all = 61, .dense = 3, .has_experts = true});
  CHECK(layer(layers, "attention").count == 61);
  CHECK(layer(layers, "experts").count == 58);
  CHECK(layer(layers, "norms and shared experts").count == 58);
  const ProbeLayer& dense = layer(layers, "dense mlp");
  CHECK(dense.count == 3);
  CHECK(dense.forward.value() == 20);
  CHECK(dense.backward.value() == 40);
  CHECK(dense.low.value() < 60);
  CHECK(dense.high.value() > 60);
}

TEST_CASE("a pair of blocks counts half each") {
  const auto layers =
      layer_shares({{.num_blocks = 2, .kinds = {times("attention", 30, 60), times("head", 4, 6)}}},
                   {.all = 24, .has_experts = true});
  CHECK(layer(layers, "attention").forward.value() == 15);
  CHECK(layer(layers, "attention").count == 24);
  CHECK(layer(layers, "head").forward.value() == 4);
}

}  // namespace
}  // namespace assay
