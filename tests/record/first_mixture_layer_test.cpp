#include "record/first_mixture_layer.h"

#include <catch2/catch.hpp>

#include "error/error.h"

namespace assay {
namespace {

int64_t first_of(const char* model_toml) {
  RunManifest manifest;
  manifest.run_id = "r1";
  manifest.model_toml = model_toml;
  return first_mixture_layer(manifest);
}

}  // namespace

TEST_CASE("mixtures begin behind the dense layers of the model's table") {
  CHECK(first_of("family = \"deepseek\"\nnum_layers = 4\nnum_dense_layers = 1\n") == 1);
  CHECK(first_of("family = \"glm4_moe\"\nnum_dense_layers = 3\n") == 3);
  CHECK(first_of("family = \"olmoe\"\nnum_layers = 2\n") == 0);
  CHECK(first_of("") == 0);
}

TEST_CASE("a model table that is none is an error with its run") {
  CHECK_THROWS_AS(first_of("num_dense_layers = \"one\"\n"), DataError);
  CHECK_THROWS_WITH(
      first_of("num_dense_layers = \"one\"\n"),
      "[record] model_toml of r1:1:20: wrong type: expected an integer, found a string");
}

}  // namespace assay
