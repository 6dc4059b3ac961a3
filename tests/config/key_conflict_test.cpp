#include "config/key_conflict.h"

#include <catch2/catch.hpp>

#include "config/overrides.h"
#include "config/toml_reader.h"
#include "error/error.h"

namespace assay {
namespace {

std::string fault_with(const std::vector<std::string>& set) {
  TomlTable table = read_toml("[train]\nsteps = 4\nwarmup = 9\n", {.name = "run.toml"});
  apply_overrides(table, {.set = set}, {});
  try {
    fail_among(FieldPlaces(table), {"train.warmup", "train.steps"}, "no step is left");
  } catch (const ConfigError& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("keys that do not go together are blamed on the override among them") {
  CHECK(fault_with({"train.steps=3"}) == "[config] --set train.steps=3: no step is left");
  CHECK(fault_with({"train.steps=3", "train.warmup=8"}) ==
        "[config] --set train.warmup=8: no step is left");
}

TEST_CASE("keys of a file that do not go together are blamed on the first") {
  CHECK(fault_with({}) == "[config] run.toml:3:1: no step is left");
}

}  // namespace assay
