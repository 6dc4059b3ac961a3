#include "specs/model_source.h"

#include <unistd.h>
#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
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

TEST_CASE("what only training uses stands beside the folder of GLM too") {
  const std::string text = write_toml(resolve_model_table(with_folder_shape(
      model_table(golden("glm4_moe") + "bias_speed = 0.25\nsequence_balance_weight = 0.5\n"))));
  CHECK_THAT(text, Catch::Contains("bias_speed = 0.25\nsequence_balance_weight = 0.5\n"));
  const std::string plain =
      write_toml(resolve_model_table(with_folder_shape(model_table(golden("glm4_moe")))));
  CHECK_THAT(plain, Catch::Contains("bias_speed = 0.001\nsequence_balance_weight = 0.0\n"));
}

TEST_CASE("the notes of a folder's config.json are told where it said the shape") {
  const auto folder =
      std::filesystem::temp_directory_path() / ("assay_folder_notes_" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  const TomlTable table = model_table("from = \"" + folder.string() + "\"\n");
  CHECK(folder_notes(table).empty());
  std::ofstream(folder / "config.json")
      << R"({"model_type": "gpt2", "n_embd": 64, "n_head": 4, "n_layer": 2, "n_positions": 32,
             "vocab_size": 97, "resid_pdrop": 0.1})";
  REQUIRE(folder_notes(table).size() == 1);
  CHECK_THAT(folder_notes(table).front(), Catch::StartsWith("resid_pdrop 0.1: "));
  std::ofstream(folder / "config.json") << "{";
  CHECK(folder_notes(table).empty());
  const std::string blocks = "from = \"" ASSAY_SOURCE_DIR "/tests/golden/multi_token\"\n";
  CHECK_THAT(folder_notes(model_table(blocks)).at(0), Catch::Contains("multi-token"));
  CHECK(folder_notes(model_table(blocks + "multi_token = { num_depths = 1 }\n")).empty());
  CHECK(folder_notes(model_table("family = \"gpt2\"\n")).empty());
  std::filesystem::remove_all(folder);
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
