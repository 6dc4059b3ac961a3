#include "specs/model_source.h"

#include <catch2/catch.hpp>
#include <string>

#include "config/config.h"
#include "error/error.h"
#include "specs/family.h"

namespace assay {
namespace {

TomlTable model_table(const std::string& toml) { return read_toml(toml, {.name = "run.toml"}); }

std::string golden(const std::string& name) {
  return "from = \"" ASSAY_SOURCE_DIR "/tests/golden/models/" + name + "\"\n";
}

TEST_CASE("a table without a folder stays as it is") {
  const TomlTable table = model_table("family = \"gpt2\"\nnum_layers = 2\n");
  CHECK_FALSE(weights_folder(table).has_value());
  CHECK(write_toml(with_folder_shape(table)) == write_toml(table));
}

TEST_CASE("a folder's config.json says the shape") {
  const TomlTable table = resolve_model_table(with_folder_shape(model_table(golden("deepseek"))));
  CHECK(family_of(table).name == "deepseek");
  CHECK(spec_from_table(table, "x").num_experts == 8);
  CHECK(weights_folder(table)->ends_with("tests/golden/models/deepseek"));
  CHECK(write_toml(resolve_model_table(with_folder_shape(table))) == write_toml(table));
}

TEST_CASE("keys of the table come over those of the folder, inner tables key by key") {
  const std::string text = write_toml(resolve_model_table(
      with_folder_shape(model_table(golden("deepseek") + "[router]\nbias_speed = 0\n"))));
  CHECK_THAT(text, Catch::Contains("bias_speed = 0") && Catch::Contains("scoring = \"sigmoid\""));
}

TEST_CASE("a folder without a config that is understood is refused") {
  CHECK_THROWS_AS(with_folder_shape(model_table("from = \"/nowhere\"")), DataError);
  CHECK_THROWS_WITH(with_folder_shape(model_table("from = \"/nowhere\"")),
                    Catch::Contains("/nowhere/config.json"));
  CHECK_THROWS_WITH(with_folder_shape(model_table("from = 3")), Catch::Contains("run.toml:1"));
  CHECK_THROWS_WITH(
      resolve_model_table(with_folder_shape(model_table(golden("llama") + "d_fff = 3"))),
      Catch::Contains("d_fff"));
}

}  // namespace
}  // namespace assay
