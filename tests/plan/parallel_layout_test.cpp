#include "plan/parallel_layout.h"

#include <catch2/catch.hpp>
#include <string>

#include "shipped.h"

namespace assay {
namespace {

LayoutRequest on_h100(int64_t count, int64_t seq_len) {
  return {.num_devices = count, .seq_len = seq_len, .memory = Bytes(80e9)};
}

TEST_CASE("one device holds sixteen bytes a parameter and its activations") {
  const ModelSpec& spec = *test::shipped_registry().model("llama-3.2-1b").spec;
  const ParallelLayout layout = with_memory({}, spec, on_h100(1, 4096));
  CHECK(layout.state.value() == Approx(16.0 * static_cast<double>(spec.parameters.total)));
  CHECK(layout.activations.value() == Approx(4096.0 * (34 * 2048 * 16 + 8 * 128256)));
}

TEST_CASE("the optimizer's state is split over the copies, weights are not") {
  const ModelSpec& spec = *test::shipped_registry().model("llama-3.1-8b").spec;
  const ParallelLayout layout = with_memory({.data = 8}, spec, on_h100(8, 4096));
  CHECK(layout.state.value() ==
        Approx((4 + 12.0 / 8) * static_cast<double>(spec.parameters.total)));
}

TEST_CASE("experts are split over expert groups, the rest is not") {
  const ModelSpec& spec = *test::shipped_registry().model("mixtral-8x7b").spec;
  const double routed = 32.0 * 8 * 3 * 4096 * 14336;
  const auto total = static_cast<double>(spec.parameters.total);
  const ParallelLayout layout = with_memory({.data = 8, .expert = 8}, spec, on_h100(8, 4096));
  CHECK(layout.state.value() == Approx(4 * (total - routed + routed / 8) + 12 * total / 8));
}

TEST_CASE("a model that fits is not split; a large one is, and uses every device") {
  const auto small =
      choose_layout(*test::shipped_registry().model("llama-3.2-1b").spec, on_h100(8, 4096));
  REQUIRE(small.has_value());
  CHECK(small->tensor * small->pipeline == 1);
  CHECK(small->data == 8);
  const auto large =
      choose_layout(*test::shipped_registry().model("llama-3.1-405b").spec, on_h100(1024, 8192));
  REQUIRE(large.has_value());
  CHECK(large->tensor * large->pipeline > 8);
  CHECK(large->tensor <= 8);
  CHECK(large->tensor * large->pipeline * large->data == 1024);
  CHECK(large->total().value() <= 0.9 * 80e9);
}

TEST_CASE("a mixture that copies would not fit gets expert groups") {
  const auto layout =
      choose_layout(*test::shipped_registry().model("deepseek-v3").spec, on_h100(2048, 4096));
  REQUIRE(layout.has_value());
  CHECK(layout->expert > 1);
  CHECK(256 % layout->expert == 0);
  CHECK(layout->data % layout->expert == 0);
}

TEST_CASE("what fits nowhere has no layout, and the smallest says by how much") {
  const ModelSpec& spec = *test::shipped_registry().model("llama-3.1-405b").spec;
  CHECK_FALSE(choose_layout(spec, on_h100(8, 8192)).has_value());
  CHECK(smallest_layout(spec, on_h100(8, 8192)).total().value() > 80e9);
}

}  // namespace
}  // namespace assay
