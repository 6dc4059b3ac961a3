#include "specs/hf_writer.h"

#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "config/config.h"
#include "error/error.h"
#include "specs/family.h"
#include "specs/hf_config.h"

namespace assay {
namespace {

/// What reading a config.json of this text gives, with all defaults.
std::string read_back(const std::string& text) {
  const auto path = std::filesystem::temp_directory_path() /
                    ("assay_hf_writer_" + std::to_string(::getpid()) + ".json");
  std::ofstream(path) << text;
  const TomlTable table = resolve_model_table(read_hf_config(path));
  std::filesystem::remove(path);
  return write_toml(table);
}

std::string form_fault(const std::string& toml) {
  const TomlTable table = read_toml(toml, {.name = "model"});
  try {
    return family_of(table).to_hf(table, "float32");
  } catch (const ConfigError& error) {
    return error.what();
  }
}

TEST_CASE("every trainable family can be written as config.json") {
  for (const Family& family : families()) {
    INFO(family.name);
    CHECK((family.to_hf != nullptr) == family.trainable);
  }
}

TEST_CASE("a config.json that is written reads as the model it came from") {
  size_t count = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(ASSAY_SOURCE_DIR "/tests/golden/models")) {
    if (!exists(entry.path() / "config.json")) continue;
    INFO(entry.path());
    const TomlTable table = resolve_model_table(read_hf_config(entry.path() / "config.json"));
    const std::string text = family_of(table).to_hf(table, "bfloat16");
    CHECK(read_back(text) == write_toml(table));
    CHECK_THAT(text, Catch::Contains("\"torch_dtype\": \"bfloat16\""));
    ++count;
  }
  CHECK(count >= 13);
}

TEST_CASE("models that Hugging Face's configs cannot say are refused") {
  const std::string sizes =
      "num_layers = 2\nd_model = 32\nnum_heads = 2\nvocab_size = 64\nmax_seq_len = 16\n";
  CHECK_THAT(form_fault("family = \"gpt2\"\nd_ff = 64\nbias = false\n" + sizes),
             Catch::Contains("bias = false"));
  const std::string deepseek =
      "family = \"deepseek\"\nnum_dense_layers = 1\nd_ff = 64\nnum_experts = 4\n"
      "num_shared_experts = 1\ntop_k = 2\nd_expert = 16\n" +
      sizes;
  const std::string latent =
      "latent = { kv_lora_rank = 8, d_nope = 8, d_rope = 4, d_v = 8 }\n[router]\n";
  CHECK_THAT(form_fault(deepseek + latent + "scoring = \"sigmoid\"\n"),
             Catch::Contains("no Hugging Face form") && Catch::Contains("selection_bias = false"));
  CHECK_THAT(form_fault(deepseek + latent + "selection_bias = true\n"),
             Catch::Contains("no Hugging Face form"));
  CHECK_THAT(form_fault(deepseek + latent + "renormalize = true\n"),
             Catch::Contains("renormalize = true"));
  CHECK_THAT(form_fault(deepseek + latent), Catch::Contains("DeepseekV2ForCausalLM"));
}

TEST_CASE("the weight of DeepSeek's balance loss goes out and comes back") {
  const TomlTable table = resolve_model_table(
      read_toml("family = \"deepseek\"\nnum_dense_layers = 1\nd_ff = 64\nnum_experts = 4\n"
                "num_shared_experts = 1\ntop_k = 2\nd_expert = 16\nnum_layers = 2\nd_model = 32\n"
                "num_heads = 2\nvocab_size = 64\nmax_seq_len = 16\n"
                "latent = { kv_lora_rank = 8, d_nope = 8, d_rope = 4, d_v = 8 }\n"
                "router = { sequence_balance_weight = 0.0625 }\n",
                {.name = "model"}));
  const std::string text = family_of(table).to_hf(table, "float32");
  CHECK_THAT(text, Catch::Contains("\"aux_loss_alpha\": 0.0625"));
  CHECK(read_back(text) == write_toml(table));
}

}  // namespace
}  // namespace assay
