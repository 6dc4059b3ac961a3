#include "cost/models/serving_cost.h"

#include <catch2/catch.hpp>

namespace assay {
namespace {

TEST_CASE("a million tokens cost the hour over what it serves") {
  CHECK(serving_cost_per_mtoken(3.6, 1000, 1) == Approx(1));
  CHECK(serving_cost_per_mtoken(3.6, 1000, 0.25) == Approx(4));
}

TEST_CASE("at the break-even rate serving costs the price") {
  const double rate = break_even_rate(2, 1.10);
  CHECK(rate == Approx(505.05).epsilon(1e-4));
  CHECK(serving_cost_per_mtoken(2, rate, 1) == Approx(1.10));
}

TEST_CASE("a token takes two FLOP a parameter") {
  CHECK(highest_token_rate(8e14, 40e9) == Approx(1e4));
}

}  // namespace
}  // namespace assay
