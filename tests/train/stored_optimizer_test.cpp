#include "train/stored_optimizer.h"

#include <ATen/ATen.h>

#include <catch2/catch.hpp>

#include "error/error.h"
#include "scratch_folder.h"
#include "train/adamw.h"
#include "train/tensor_file.h"

namespace {

using assay::AdamW;
using assay::MomentDtype;
using assay::OptimizerConfig;
using assay::Precision;
using assay::StoredOptimizer;

/// What a checkpoint of weights of this type has of an optimizer.
StoredOptimizer stored(at::ScalarType weights, const OptimizerConfig& config) {
  const assay::testing::ScratchFolder scratch;
  const AdamW optimizer({{"w", at::ones({2, 2}, weights)}}, config);
  assay::save_tensors(scratch.path() / "optimizer.safetensors", optimizer.state());
  return assay::read_stored_optimizer(scratch.path());
}

TEST_CASE("what an optimizer kept is read from a checkpoint's tensors") {
  CHECK(stored(at::kFloat, {}).moments == "fp32");
  CHECK_FALSE(stored(at::kFloat, {}).master_weights);
  CHECK(stored(at::kBFloat16, {}).master_weights);
  const StoredOptimizer narrow =
      stored(at::kBFloat16, {.moments = MomentDtype::kBf16, .master_weights = false});
  CHECK(narrow.moments == "bf16");
  CHECK_FALSE(narrow.master_weights);
  // Too small for codes, and still what the config says.
  CHECK(stored(at::kFloat, {.moments = MomentDtype::k8bit}).moments == "8bit");
}

TEST_CASE("another optimizer is told by the key of its config") {
  const StoredOptimizer masters{.moments = "fp32", .master_weights = true};
  CHECK_FALSE(optimizer_difference(masters, {}, Precision::kBf16));
  CHECK(optimizer_difference(masters, {.moments = MomentDtype::kBf16}, Precision::kBf16) ==
        "optimizer.moments: fp32 (this run: bf16)");
  CHECK(optimizer_difference({.moments = "8bit", .master_weights = true}, {}, Precision::kBf16) ==
        "optimizer.moments: 8bit (this run: fp32)");
  CHECK(optimizer_difference(masters, {.master_weights = false}, Precision::kBf16) ==
        "optimizer.master_weights: true (this run: false)");
  // fp32 weights have no masters, whatever the config says.
  CHECK_FALSE(optimizer_difference({.moments = "fp32"}, {}, Precision::kFp32));
}

TEST_CASE("a file without moments is no optimizer's") {
  const assay::testing::ScratchFolder scratch;
  assay::save_tensors(scratch.path() / "optimizer.safetensors", {{"applied_steps", at::ones({1})}});
  CHECK_THROWS_WITH(assay::read_stored_optimizer(scratch.path()),
                    Catch::Contains("no moments") && Catch::Contains("optimizer.safetensors"));
}

}  // namespace
