#include "train/fp8_support.h"

#include <catch2/catch.hpp>

#include "error/error.h"

using assay::require_fp8_capability;

TEST_CASE("fp8 is refused on GPUs without products of blockwise scales") {
  CHECK_NOTHROW(require_fp8_capability({"NVIDIA H100 80GB HBM3", 9, 0}));
  CHECK_THROWS_AS(require_fp8_capability({"NVIDIA A100-SXM4-80GB", 8, 0}), assay::DeviceError);
  CHECK_THROWS_WITH(
      require_fp8_capability({"NVIDIA L40S", 8, 9}),
      Catch::Contains("NVIDIA L40S has 8.9") && Catch::Contains("train.precision=bf16"));
  CHECK_THROWS_WITH(require_fp8_capability({"NVIDIA B200", 10, 0}), Catch::Contains("10.0"));
}

TEST_CASE("a CPU emulates fp8") { CHECK_NOTHROW(assay::require_fp8_products(at::kCPU)); }
