#include "train/matmul_ceiling.h"

#include <catch2/catch.hpp>

namespace {

TEST_CASE("the ceiling of this CPU is a rate that a CPU can have") {
  const double rate =
      assay::measure_matmul_ceiling(at::kCPU, assay::Precision::kFp32, assay::Seconds(0.02))
          .value();
  CHECK(rate > 1e8);
  CHECK(rate < 1e15);
}

}  // namespace
