#include "specs/family.h"

#include <catch2/catch.hpp>

#include <filesystem>
#include <set>
#include <string>

#include "error/error.h"
#include "specs/families/gpt2.h"
#include "specs/families/olmoe.h"

namespace assay {
namespace {

constexpr std::string_view kGpt2 =
    "family = \"gpt2\"\nnum_layers = 2\nd_model = 64\nnum_heads = 4\nd_ff = 256\n"
    "vocab_size = 256\nmax_seq_len = 32\n";
constexpr std::string_view kOlmoe =
    "family = \"olmoe\"\nnum_layers = 2\nd_model = 64\nnum_heads = 4\nnum_kv_heads = 4\n"
    "num_experts = 8\ntop_k = 2\nd_expert = 32\nvocab_size = 256\nmax_seq_len = 32\n";
constexpr std::string_view kLlama =
    "family = \"llama\"\nnum_layers = 2\nd_model = 64\nnum_heads = 4\nnum_kv_heads = 2\n"
    "d_head = 16\nd_ff = 128\nvocab_size = 256\nmax_seq_len = 32\n";
constexpr std::string_view kDeepseek =
    "family = \"deepseek\"\nnum_layers = 2\nnum_dense_layers = 1\nd_model = 64\nnum_heads = 4\n"
    "d_ff = 128\nnum_experts = 8\nnum_shared_experts = 1\ntop_k = 2\nd_expert = 32\n"
    "vocab_size = 256\nmax_seq_len = 32\n";
constexpr std::string_view kLatent =
    "latent = { kv_lora_rank = 16, d_nope = 16, d_rope = 8, d_v = 16 }\n";

constexpr std::string_view kPalm =
    "family = \"palm\"\nnum_layers = 2\nd_model = 64\nnum_heads = 4\nd_head = 32\nd_ff = 128\n"
    "vocab_size = 256\nmax_seq_len = 32\n";

std::string text_of(std::string_view a, std::string_view b = {}, std::string_view c = {}) {
  return std::string(a) + std::string(b) + std::string(c);
}

// `toml` with the line of `key` replaced.
std::string with(std::string_view toml, const std::string& key, const std::string& value) {
  std::string text(toml);
  const size_t start = text.find("\n" + key + " = ") + 1;
  REQUIRE(start != 0);
  return text.replace(start, text.find('\n', start) - start, key + " = " + value);
}

std::string fault_of(const std::string& toml) {
  try {
    static_cast<void>(spec_from_table(read_toml(toml, {.name = "run.toml"}), "test"));
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("the families are the files of lib/specs/families") {
  std::set<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(
           std::filesystem::path(ASSAY_SOURCE_DIR) / "lib/specs/families")) {
    if (entry.path().extension() == ".cpp") files.insert(entry.path().stem().string());
  }
  std::set<std::string> names;
  for (const Family& family : families()) names.emplace(family.name);
  CHECK(names == files);
  CHECK(names == std::set<std::string>{"bloom",   "dbrx",    "deepseek", "falcon",   "glm4_moe",
                                       "gpt2",    "gpt3",    "gpt_oss",  "grok",     "llama",
                                       "minimax", "mixtral", "mpt",      "nemotron", "olmo2",
                                       "olmoe",   "palm",    "qwen2",    "qwen3",    "qwen3_moe"});
}

TEST_CASE("a family's table gives its spec") {
  const ModelSpec spec = spec_from_table(read_toml(kOlmoe, {.name = "t"}), "mine");
  CHECK(spec.id == "mine");
  CHECK(spec.family == "olmoe");
  CHECK(spec.trainable);
  CHECK(spec.num_experts == 8);
  CHECK_FALSE(spec_from_table(read_toml(kPalm, {.name = "t"}), "mine").trainable);
  CHECK(fault_of(text_of(kDeepseek, kLatent)) == "no error");
}

TEST_CASE("a resolved table has every default and reads back as the same") {
  const TomlTable resolved = resolve_model_table(read_toml(kGpt2, {.name = "t"}));
  const std::string text = write_toml(resolved);
  CHECK(text.find("bias = true\n") != std::string::npos);
  CHECK(text.find("norm_eps = 1e-05\n") != std::string::npos);
  CHECK(write_toml(resolve_model_table(read_toml(text, {.name = "t"}))) == text);
  CHECK(model_config_from<Gpt2Config>(resolved).d_ff == 256);
}

TEST_CASE("an unknown or missing family names the nearest") {
  CHECK(
      fault_of("family = \"gtp2\"") ==
      "[config] run.toml:1:10: unknown name \"gtp2\"; nearest known: \"gpt2\" (known: bloom, "
      "dbrx, deepseek, falcon, glm4_moe, gpt2, gpt3, gpt_oss, grok, llama, minimax, mixtral, mpt, "
      "nemotron, olmo2, olmoe, palm, qwen2, qwen3, qwen3_moe)");
  CHECK(fault_of("d_model = 3").find("missing key \"family\"") != std::string::npos);
}

TEST_CASE("heads that do not divide are an error with its place") {
  CHECK(fault_of(with(kGpt2, "num_heads", "5")) ==
        "[config] run.toml:4:1: heads do not divide the width: d_model 64 / num_heads 5");
  CHECK(fault_of(with(kOlmoe, "num_heads", "6")).find("run.toml:4:1: heads do not divide") !=
        std::string::npos);
  CHECK(fault_of(with(kOlmoe, "num_kv_heads", "3")).find("run.toml:5:1: key heads do not divide") !=
        std::string::npos);
  CHECK(fault_of(with(kLlama, "num_kv_heads", "3")).find("run.toml:5:1: key heads do not divide") !=
        std::string::npos);
}

TEST_CASE("negative and absurd sizes are errors with their place") {
  CHECK(fault_of(with(kGpt2, "d_model", "-64")) ==
        "[config] run.toml:3:11: out of range: -64, must be between 1 and 262144");
  CHECK(fault_of(with(kGpt2, "num_layers", "0")).find("run.toml:2:14: out of range: 0") !=
        std::string::npos);
  CHECK(fault_of(with(kGpt2, "vocab_size", "99999999999")).find("out of range") !=
        std::string::npos);
}

TEST_CASE("rotary heads have an even width") {
  CHECK(fault_of(with(kLlama, "d_head", "15")).find("even width: 15") != std::string::npos);
  CHECK(fault_of(with(kOlmoe, "d_model", "12")).find("even width: 3") != std::string::npos);
}

TEST_CASE("no more experts can be chosen than there are") {
  CHECK(fault_of(with(kOlmoe, "top_k", "9")).find("run.toml:7:1: more experts chosen") !=
        std::string::npos);
  CHECK(fault_of(text_of(with(kDeepseek, "top_k", "9"), kLatent)).find("more experts chosen") !=
        std::string::npos);
}

TEST_CASE("a DeepSeek shape says how attention works, once") {
  CHECK(fault_of(text_of(kDeepseek)).find("exactly one of the tables") != std::string::npos);
  CHECK(fault_of(text_of(kDeepseek, kLatent, "multi_head = { num_kv_heads = 4, d_head = 16 }\n"))
            .find("exactly one of the tables") != std::string::npos);
}

TEST_CASE("expert groups must fit the experts, and the fault stands at its key") {
  const auto fault = [](const char* router) {
    return fault_of(text_of(kDeepseek, kLatent, router));
  };
  CHECK(fault("router = { num_groups = 3 }\n")
            .find("groups of experts are not equal: num_experts 8 / "
                  "router.num_groups 3") != std::string::npos);
  CHECK(fault("router = { num_groups = 2, top_groups = 4 }\n")
            .find("more groups chosen than there are: router.top_groups 4, router.num_groups 2") !=
        std::string::npos);
  CHECK(fault("router = { num_groups = 8, top_groups = 1 }\n")
            .find("fewer experts in a token's groups than it chooses: top_k 2, router.top_groups 1 "
                  "of 1 experts each") != std::string::npos);
}

TEST_CASE("a shape made in code is checked like one from a file") {
  CHECK_THROWS_WITH(make_spec(Gpt2Config{.num_layers = 1,
                                         .d_model = 64,
                                         .num_heads = 5,
                                         .d_ff = 64,
                                         .vocab_size = 10,
                                         .max_seq_len = 10}),
                    "[specs] gpt2 config: num_heads: heads do not divide the width: d_model 64 / "
                    "num_heads 5");
  CHECK_THROWS_AS(make_spec(OlmoeConfig{}), ConfigError);
}

}  // namespace assay
