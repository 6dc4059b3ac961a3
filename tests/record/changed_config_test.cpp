#include "record/changed_config.h"

#include <catch2/catch.hpp>

namespace assay {
namespace {

RunManifest manifest_of(std::string toml, std::string sha256) {
  RunManifest manifest;
  manifest.config_toml = std::move(toml);
  manifest.config_sha256 = std::move(sha256);
  return manifest;
}

TEST_CASE("processes of a run differ in the settings of their configs") {
  const RunManifest before = manifest_of("[train]\nsteps = 40\nseed = 1\n", "a");
  CHECK(changed_config(before, before).empty());
  CHECK(changed_config(before, manifest_of("[train]\nsteps = 60\n", "b")) ==
        "train.seed left out (was 1), train.steps = 60 (was 40)");
}

TEST_CASE("the digest stands for configs that a record does not hold or that cannot be read") {
  const RunManifest before = manifest_of("[train]\nsteps = 40\n", "a");
  CHECK(changed_config(before, manifest_of("", "b")) == "b");
  CHECK(changed_config(manifest_of("", ""), before) == "a");
  CHECK(changed_config(before, manifest_of("[train", "c")) == "c");
}

}  // namespace
}  // namespace assay
