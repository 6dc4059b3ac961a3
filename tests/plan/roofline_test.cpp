#include "plan/roofline.h"

#include <catch2/catch.hpp>

#include "error/error.h"

namespace assay {
namespace {

SourcedMeasure figure(const char* text) { return {parse_measure(text), {"s", "", "seen"}}; }

ModelSpec spec() {
  ModelSpec model;
  model.num_layers = 2;
  model.d_model = 100;
  model.vocab_size = 1000;
  model.products = {{"w", LayerKind::kMlp, 100, 100, 2}, {"head", LayerKind::kHead, 100, 1000, 1}};
  model.attention = {
      {.name = "a", .num_layers = 2, .num_heads = 1, .d_qk = 100, .d_v = 100, .window = {}}};
  model.parameters.matmul = 2 * 100 * 100 + 100 * 1000;
  return model;
}

Device device() {
  Device one;
  one.id = "one";
  one.peak_flops = {{"bf16", figure("1 TFLOP/s")}, {"fp8", figure("2 TFLOP/s")}};
  one.bandwidth = figure("1 GB/s");
  return one;
}

TEST_CASE("products and attention are the exact causal FLOPs at the peak") {
  const RooflineTime time = roofline_time(spec(), device(), "bf16", 64);
  const double flops = flops_per_token(spec(), FlopConvention::kExactCausal, 64).value();
  CHECK((time.products + time.attention) * 1e12 == Approx(flops));
  CHECK(time.products * 1e12 == Approx(6.0 * 120000));
  CHECK(time.traffic * 1e9 == Approx(6 * (34 * 100 * 2 + 4 * 1000)));
}

TEST_CASE("in eight bits only the products are faster") {
  const RooflineTime wide = roofline_time(spec(), device(), "bf16", 64);
  const RooflineTime narrow = roofline_time(spec(), device(), "fp8", 64);
  CHECK(narrow.products == Approx(wide.products / 2));
  CHECK(narrow.attention == Approx(wide.attention));
  CHECK(narrow.traffic == Approx(wide.traffic));
}

TEST_CASE("a peak or bandwidth that is not known is an error, not a guess") {
  CHECK_THROWS_AS(roofline_time(spec(), device(), "fp4", 64), DataError);
  Device without = device();
  without.bandwidth.reset();
  CHECK_THROWS_AS(roofline_time(spec(), without, "bf16", 64), DataError);
}

}  // namespace
}  // namespace assay
