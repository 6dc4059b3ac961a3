#include "specs/expert_dispatch.h"

#include <catch2/catch.hpp>

namespace assay {
namespace {

TEST_CASE("an expert's capacity is its even share times the factor, rounded up") {
  CHECK(expert_capacity(128, 1, 8, 1.25) == 20);
  CHECK(expert_capacity(11, 2, 4, 1) == 6);
  CHECK(expert_capacity(11, 2, 4, 100) == 11);  // no more than one choice of each token
}

}  // namespace
}  // namespace assay
