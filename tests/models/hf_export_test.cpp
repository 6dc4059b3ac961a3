#include "models/hf_export.h"

#include <ATen/ATen.h>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <limits>
#include <map>
#include <string>

#include "../train/scratch_folder.h"
#include "config/config.h"
#include "error/error.h"
#include "formats/safetensors_set.h"
#include "models/hf_folder.h"
#include "models/model_family.h"
#include "specs/family.h"
#include "specs/hf_config.h"

namespace {

namespace fs = std::filesystem;
using assay::HfExportOptions;
using assay::TomlTable;
using assay::testing::ScratchFolder;

const fs::path kGoldens = ASSAY_SOURCE_DIR "/tests/golden/models";

/// A table that starts from a folder.
TomlTable table_of_folder(const fs::path& folder) {
  TomlTable table = assay::read_hf_config(folder / "config.json");
  table.set("from", table.place, {folder.string(), table.place});
  return assay::resolve_model_table(table);
}

std::shared_ptr<assay::LanguageModel> model_from(const fs::path& folder) {
  const TomlTable table = table_of_folder(folder);
  auto model = assay::make_model(table, 1);
  assay::start_from_folder(*model, table);
  return model;
}

std::string export_fault(const assay::LanguageModel& model, const TomlTable& table,
                         const fs::path& folder, const HfExportOptions& options = {}) {
  try {
    assay::export_hf(model, table, folder, options);
  } catch (const assay::Error& error) {
    return error.what();
  }
  return "no error";
}

void require_same_weights(const assay::LanguageModel& a, const assay::LanguageModel& b) {
  const auto others = b.named_parameters();
  for (const auto& parameter : a.named_parameters()) {
    INFO(parameter.key());
    REQUIRE(at::equal(parameter.value(), others[parameter.key()]));
  }
  const auto buffers = b.named_buffers();
  for (const auto& buffer : a.named_buffers()) {
    REQUIRE(at::equal(buffer.value(), buffers[buffer.key()]));
  }
}

}  // namespace

TEST_CASE("what is exported in any layout is read back bit by bit") {
  const ScratchFolder scratch;
  for (const auto& entry : fs::directory_iterator(kGoldens)) {
    if (!exists(entry.path() / "config.json")) continue;
    INFO(entry.path());
    const auto model = model_from(entry.path());
    const TomlTable table = table_of_folder(entry.path());
    const std::string name = entry.path().filename();
    const fs::path single = scratch.path() / name;
    assay::export_hf(*model, table, single, {});
    require_same_weights(*model, *model_from(single));
    const fs::path sharded = scratch.path() / (name + "-sharded");
    assay::export_hf(*model, table, sharded, {.max_shard_bytes = 20'000, .stacked_experts = true});
    CHECK(exists(sharded / "model.safetensors.index.json"));
    require_same_weights(*model, *model_from(sharded));
  }
}

TEST_CASE("the layout of experts is the one asked for") {
  const ScratchFolder scratch;
  const auto model = model_from(kGoldens / "olmoe");
  const TomlTable table = table_of_folder(kGoldens / "olmoe");
  assay::export_hf(*model, table, scratch.path() / "apart", {});
  assay::export_hf(*model, table, scratch.path() / "stacked", {.stacked_experts = true});
  const assay::SafetensorsSet apart(scratch.path() / "apart");
  const assay::SafetensorsSet stacked(scratch.path() / "stacked");
  CHECK(apart.contains("model.layers.1.mlp.experts.7.up_proj.weight"));
  CHECK_FALSE(apart.contains("model.layers.1.mlp.experts.gate_up_proj"));
  CHECK(stacked.tensor("model.layers.1.mlp.experts.gate_up_proj").shape ==
        std::vector<int64_t>{8, 32, 32});
}

TEST_CASE("half-width exports hold the nearest numbers") {
  const ScratchFolder scratch;
  const auto model = model_from(kGoldens / "deepseek");
  const TomlTable table = table_of_folder(kGoldens / "deepseek");
  for (const auto& [dtype, type, name] : {std::tuple{assay::Dtype::kBF16, at::kBFloat16, "bf16"},
                                          std::tuple{assay::Dtype::kF16, at::kHalf, "fp16"}}) {
    const fs::path folder = scratch.path() / name;
    assay::export_hf(*model, table, folder, {.dtype = dtype});
    const assay::SafetensorsSet files(folder);
    CHECK(files.tensor("model.norm.weight").dtype == dtype);
    CHECK(files.tensor("model.layers.1.mlp.gate.e_score_correction_bias").dtype ==
          assay::Dtype::kF32);
    const auto read = model_from(folder)->named_parameters();
    for (const auto& parameter : model->named_parameters()) {
      REQUIRE(at::equal(read[parameter.key()], parameter.value().to(type).to(at::kFloat)));
    }
  }
}

TEST_CASE("the numbers of tokens and generation_config.json go along with the weights") {
  const ScratchFolder scratch;
  CHECK(assay::read_hf_generation(scratch.path()).token_ids.empty());  // weights alone
  const auto write = [&](const char* name, const std::string& text) {
    std::ofstream(scratch.path() / name) << text;
  };
  write("config.json", R"({"bos_token_id": null, "eos_token_id": [2, 3], "pad_token_id": -1})");
  assay::HfGeneration generation = assay::read_hf_generation(scratch.path());
  CHECK(generation.token_ids ==
        std::map<std::string, std::string>{{"eos_token_id", "[2,3]"}, {"pad_token_id", "-1"}});
  CHECK(generation.config.empty());
  write("generation_config.json", "{\"top_k\": 5}\n");
  generation = assay::read_hf_generation(scratch.path());

  const auto model = model_from(kGoldens / "gpt2");
  assay::export_hf(*model, table_of_folder(kGoldens / "gpt2"), scratch.path() / "out",
                   {.generation = generation});
  const assay::HfGeneration kept = assay::read_hf_generation(scratch.path() / "out");
  CHECK(kept.token_ids == generation.token_ids);
  CHECK(kept.config == "{\"top_k\": 5}\n");

  const auto refuses = [&](const std::string& fact) {
    CHECK_THROWS_AS(assay::read_hf_generation(scratch.path()), assay::DataError);
    CHECK_THROWS_WITH(assay::read_hf_generation(scratch.path()), Catch::Contains(fact));
  };
  write("generation_config.json", "[]");
  refuses("not a JSON object");
  write("generation_config.json", std::string("{\"top_k\": 5}\0{", 14));
  refuses(":1:13: no JSON in UTF-8: a zero byte");
  write("generation_config.json", R"({"top_k": 5, "top_k": 6})");
  refuses("the key stands twice");
  fs::remove(scratch.path() / "generation_config.json");
  fs::create_directory(scratch.path() / "generation_config.json");
  refuses("not a file");
  write("config.json", R"({"eos_token_id": "</s>"})");
  refuses("eos_token_id is no number of a token: \"</s>\"");
  write("config.json", R"({"eos_token_id": [2, 2.5]})");
  refuses("eos_token_id is no number of a token");
  write("config.json", "{");
  refuses("config.json:1:");
}

TEST_CASE("an export never goes over what is there and leaves nothing half-written") {
  const ScratchFolder scratch;
  const auto model = model_from(kGoldens / "gpt2");
  const TomlTable table = table_of_folder(kGoldens / "gpt2");
  fs::create_directory(scratch.path() / "taken");
  CHECK_THAT(export_fault(*model, table, scratch.path() / "taken"),
             Catch::Contains("exists already") && Catch::Contains("taken"));
  CHECK(fs::is_empty(scratch.path() / "taken"));

  fs::remove(scratch.path() / "taken");
  const at::NoGradGuard no_grad;
  model->parameters().back().view({-1})[0] = std::numeric_limits<float>::quiet_NaN();
  CHECK_THAT(export_fault(*model, table, scratch.path() / "out"),
             Catch::Contains("1 weights are not finite") &&
                 Catch::Contains("transformer.ln_f.bias in 1 numbers as F32"));
  model->parameters().back().view({-1})[0] = 1e6;
  model->parameters().front().view({-1})[3] = -1e6;
  CHECK_THAT(export_fault(*model, table, scratch.path() / "out", {.dtype = assay::Dtype::kF16}),
             Catch::Contains("2 weights are not finite") &&
                 Catch::Contains("transformer.wte.weight in 1 numbers as F16") &&
                 Catch::Contains("transformer.ln_f.bias in 1 numbers as F16"));
  CHECK(fs::is_empty(scratch.path()));
}
