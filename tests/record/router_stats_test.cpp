#include "record/router_stats.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

using namespace assay;

TEST_CASE("an even load has full entropy and no violation") {
  const RouterStats stats = router_stats(std::vector<int64_t>{5, 5, 5, 5});
  CHECK(stats.load_entropy_nats == Approx(std::log(4.0)));
  CHECK(stats.max_violation == 0);
  CHECK(stats.mean_violation == 0);
}

TEST_CASE("one expert that takes everything violates by all the others") {
  const RouterStats stats = router_stats(std::vector<int64_t>{0, 12, 0, 0});
  CHECK(stats.load_entropy_nats == 0);
  CHECK(stats.max_violation == Approx(3));         // (12 - 3) / 3
  CHECK(stats.mean_violation == Approx(6.0 / 4));  // (1 + 3 + 1 + 1) / 4
}

TEST_CASE("a layer without tokens has no figures") {
  const RouterStats stats = router_stats(std::vector<int64_t>{0, 0});
  CHECK(stats.load_entropy_nats == 0);
  CHECK(stats.max_violation == 0);
}
