#include <ATen/ATen.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>

#include "formats/safetensors_reader.h"
#include "formats/safetensors_set.h"
#include "generate/generation.h"
#include "models/model_family.h"
#include "specs/hf_config.h"

// Holds greedy generation of every trainable family against Hugging Face transformers: the tokens
// in tests/golden/generation, made by generate_generation_goldens.py there from the weights of
// tests/golden/models.

namespace {

namespace fs = std::filesystem;

constexpr int64_t kGoldenContext = 96;  // CONTEXT of the generator

fs::path golden_folder(const char* variable, const char* committed) {
  const char* other = std::getenv(variable);
  return other != nullptr ? other : fs::path(ASSAY_SOURCE_DIR "/tests/golden") / committed;
}

std::shared_ptr<assay::LanguageModel> golden_model(const fs::path& folder) {
  assay::TomlTable table = assay::read_hf_config(folder / "config.json");
  table.set("max_seq_len", table.place, {kGoldenContext, table.place});
  const assay::SafetensorsSet files(folder / "model.safetensors");
  auto model = assay::make_model(table, 1);
  const auto map = assay::model_family_of(table).hf_weights(
      table, [&](std::string_view name) { return files.contains(name); });
  assay::load_hf_weights(*model, map, files);
  return model;
}

/// The rows of an int64 matrix.
std::vector<std::vector<int64_t>> token_rows(const assay::SafetensorsReader& file,
                                             const std::string& name) {
  const assay::TensorView& view = file.tensor(name);
  const auto* values = reinterpret_cast<const int64_t*>(view.data.data());
  std::vector<std::vector<int64_t>> rows;
  for (int64_t row = 0; row < view.shape.at(0); ++row) {
    rows.emplace_back(values + row * view.shape.at(1), values + (row + 1) * view.shape.at(1));
  }
  return rows;
}

std::vector<assay::Completion> greedy(assay::LanguageModel& model,
                                      const std::vector<std::vector<int64_t>>& prompts) {
  std::vector<assay::GenerationRequest> requests;
  for (const auto& prompt : prompts) {
    requests.push_back({.prompt = prompt, .max_tokens = 64, .sampling = {.temperature = 0}});
  }
  return assay::generate_completions(model, requests, {.max_context = kGoldenContext}).completions;
}

}  // namespace

TEST_CASE("greedy generation is transformers', 64 tokens of every family") {
  const fs::path models = golden_folder("ASSAY_MODEL_GOLDENS", "models");
  const fs::path generation = golden_folder("ASSAY_GENERATION_GOLDENS", "generation");
  size_t count = 0;
  for (const auto& entry : fs::directory_iterator(models)) {
    if (!exists(entry.path() / "config.json")) continue;
    const std::string name = entry.path().filename().string();
    INFO(name);
    const bool own_model = exists(generation / name / "config.json");
    const auto model = golden_model((own_model ? generation : models) / name);
    const assay::SafetensorsReader golden(generation / (name + ".safetensors"));
    const auto prompts = token_rows(golden, "prompts");
    const auto expected = token_rows(golden, "tokens");
    REQUIRE(expected.front().size() == 64);
    const auto together = greedy(*model, prompts);
    for (size_t i = 0; i < prompts.size(); ++i) {
      CHECK(together[i].tokens == expected[i]);
      CHECK(greedy(*model, {prompts[i]})[0].tokens == expected[i]);
    }
    ++count;
  }
  CHECK(count >= assay::model_families().size());
}
