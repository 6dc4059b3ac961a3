#include "plan/efficiency_model.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "error/error.h"

namespace assay {
namespace {

KnownEfficiency row(const std::string& software, double efficiency, double flops = 5e10) {
  return {.id = software,
          .in = {.mixture = false,
                 .precision = "bf16",
                 .architecture = "hopper",
                 .software = software,
                 .flops_per_token = flops},
          .efficiency = efficiency};
}

std::vector<KnownEfficiency> two_kinds_of_software() {
  return {row("fast", 0.60), row("fast", 0.62), row("fast", 0.58), row("fast", 0.61),
          row("slow", 0.30), row("slow", 0.31), row("slow", 0.29)};
}

TEST_CASE("a run like others gets their efficiency, with a narrow interval") {
  const EfficiencyModel model(two_kinds_of_software());
  const EfficiencyEstimate fast = model.predict(row("fast", 1).in);
  CHECK(fast.median == Approx(0.60).epsilon(0.05));
  CHECK(fast.low < 0.60);
  CHECK(fast.high > 0.60);
  CHECK((fast.high - fast.low) / 2 / fast.median < 0.25);
  CHECK(model.predict(row("slow", 1).in).median == Approx(0.30).epsilon(0.1));
}

TEST_CASE("without the software the interval spans what was published") {
  const EfficiencyModel model(two_kinds_of_software());
  const EfficiencyEstimate any = model.predict(row("", 1).in);
  CHECK(any.low < 0.31);
  CHECK(any.high > 0.60);
}

TEST_CASE("what a chip gives to mixtures it does not give to dense models") {
  const auto on = [](bool mixture, const std::string& chip, double efficiency) {
    KnownEfficiency known = row("fast", efficiency);
    known.in.mixture = mixture;
    known.in.architecture = chip;
    return known;
  };
  const EfficiencyModel model({on(false, "hopper", 0.50), on(false, "hopper", 0.51),
                               on(false, "hopper", 0.49), on(true, "hopper", 0.20),
                               on(true, "hopper", 0.21), on(true, "hopper", 0.19),
                               on(true, "blackwell", 0.40), on(true, "blackwell", 0.41)});
  CHECK(model.predict(on(true, "blackwell", 1).in).median == Approx(0.40).epsilon(0.1));
  const EfficiencyEstimate dense = model.predict(on(false, "blackwell", 1).in);
  CHECK(dense.low < 0.50);
  CHECK(dense.median < 0.85);
}

TEST_CASE("an efficiency is never made of nothing") {
  CHECK_THROWS_AS(EfficiencyModel({row("a", 0.5), row("b", 0.4)}), DataError);
}

}  // namespace
}  // namespace assay
