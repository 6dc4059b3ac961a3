#include <catch2/catch.hpp>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "hf_text.h"

// Rotary positions of config.json: two places for one figure, nulls, and what YaRN takes where a
// key is absent (transformers' modeling_rope_utils; deepseek-ai's modeling_deepseek.py).
namespace assay {
namespace {

using nlohmann::json;
using test::hf_fault;
using test::hf_toml;
using test::with;
using test::without;

json rotary_llama() {
  return json::parse(R"({"model_type": "llama", "hidden_size": 64, "num_hidden_layers": 2,
    "num_attention_heads": 4, "num_key_value_heads": 2, "intermediate_size": 128,
    "vocab_size": 97, "max_position_embeddings": 256, "rope_theta": 1e4})");
}

json rotary_glm() {
  return json::parse(R"({"model_type": "glm4_moe", "hidden_size": 64, "num_hidden_layers": 3,
    "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 16, "intermediate_size": 128,
    "vocab_size": 97, "max_position_embeddings": 256, "first_k_dense_replace": 1,
    "n_routed_experts": 8, "num_experts_per_tok": 2, "moe_intermediate_size": 32,
    "rope_theta": 1e4})");
}

json yarn() {
  return {{"rope_type", "yarn"}, {"factor", 4.0}, {"original_max_position_embeddings", 64}};
}

/// What is said of these keys, from the key on.
std::string rope_fault(const json& keys) {
  const std::string fault = hf_fault(keys);
  return fault == "no error" ? fault : fault.substr(std::string("config.json: ").size());
}

TEST_CASE("one base in two places must be the same") {
  CHECK(rope_fault(with(rotary_llama(), "rope_parameters",
                        {{"rope_type", "default"}, {"rope_theta", 5e5}})) ==
        "rope_theta: 10000.0, but rope_parameters.rope_theta is 500000.0");
  json inside = yarn();
  inside["rope_theta"] = 5e5;
  CHECK(rope_fault(with(rotary_llama(), "rope_scaling", inside)) ==
        "rope_theta: 10000.0, but rope_scaling.rope_theta is 500000.0");
  const std::string plain = hf_toml(rotary_llama());
  CHECK(hf_toml(with(rotary_llama(), "rope_parameters",
                     {{"rope_type", "default"}, {"rope_theta", 10000}})) == plain);
  // transformers 5 reads the inner one where the other is null.
  CHECK(hf_toml(with(with(rotary_llama(), "rope_theta", nullptr), "rope_parameters",
                     {{"rope_type", "default"}, {"rope_theta", 1e4}})) == plain);
  CHECK(rope_fault(with(rotary_llama(), "rope_theta", nullptr)) ==
        "rope_theta: found null, which has no meaning here");
}

TEST_CASE("one share of rotary positions in two places must be the same") {
  const json inner = {{"rope_type", "default"}, {"partial_rotary_factor", 0.25}};
  CHECK(rope_fault(
            with(with(rotary_glm(), "rope_parameters", inner), "partial_rotary_factor", 0.5)) ==
        "partial_rotary_factor: 0.5, but rope_parameters.partial_rotary_factor is 0.25");
  CHECK(hf_toml(with(with(rotary_glm(), "rope_parameters", inner), "partial_rotary_factor",
                     0.25)) == hf_toml(with(rotary_glm(), "partial_rotary_factor", 0.25)));
  CHECK(rope_fault(with(rotary_llama(), "rope_parameters", inner)) ==
        "rope_parameters.partial_rotary_factor: this family turns whole heads");
}

TEST_CASE("the old and the new name of the stretch must be the same") {
  json both = yarn();
  both["type"] = "llama3";
  CHECK(rope_fault(with(rotary_llama(), "rope_scaling", both)) ==
        "rope_scaling.type: \"llama3\", but rope_scaling.rope_type is \"yarn\"");
  both["type"] = "yarn";
  CHECK(hf_toml(with(rotary_llama(), "rope_scaling", both)) ==
        hf_toml(with(rotary_llama(), "rope_scaling", yarn())));
}

TEST_CASE("rope_scaling and rope_parameters must say the same") {
  const auto both = [](const json& scaling, const json& parameters) {
    return rope_fault(
        with(with(rotary_llama(), "rope_scaling", scaling), "rope_parameters", parameters));
  };
  json other = yarn();
  CHECK(both(yarn(), other) == "no error");
  other["rope_theta"] = 1e4;  // where transformers 5 keeps it
  CHECK(both(yarn(), other) == "no error");
  other["factor"] = 8;
  CHECK(both(yarn(), other) == "rope_parameters.factor: 8, but rope_scaling.factor is 4.0");
  other["factor"] = 4;
  other["beta_fast"] = 16;
  CHECK(both(yarn(), other) ==
        "rope_parameters.beta_fast: it is not in rope_scaling, which is there too");
  CHECK(both(other, yarn()) ==
        "rope_scaling.beta_fast: it is not in rope_parameters, which is there too");
  CHECK(both(yarn(), {{"rope_type", "default"}, {"rope_theta", 1e4}}) ==
        "rope_parameters.rope_type: \"default\", but rope_scaling.rope_type is \"yarn\"");
  CHECK(both(yarn(), {{"rope_theta", 1e4}}) ==
        "rope_parameters.rope_type: \"default\", but rope_scaling.rope_type is \"yarn\"");
  CHECK(both(nullptr, {{"rope_type", "default"}, {"rope_theta", 1e4}}) == "no error");
  CHECK(both(yarn(), nullptr) == "no error");
  CHECK(both(json::object(), yarn()) == "no error");
}

TEST_CASE("what YaRN takes where a key is absent or null is transformers' own") {
  json whole = yarn();
  whole["beta_fast"] = 32;
  whole["beta_slow"] = 1;
  const std::string expected = hf_toml(with(rotary_llama(), "rope_scaling", whole));
  CHECK(expected.find("beta_fast = 32") != std::string::npos);
  CHECK(hf_toml(with(rotary_llama(), "rope_scaling", yarn())) == expected);
  for (const char* key :
       {"beta_fast", "beta_slow", "mscale", "mscale_all_dim", "attention_factor"}) {
    INFO(key);
    CHECK(hf_toml(with(rotary_llama(), "rope_scaling", with(yarn(), key, nullptr))) == expected);
  }
  for (const char* key : {"factor", "original_max_position_embeddings", "truncate"}) {
    INFO(key);
    CHECK(rope_fault(with(rotary_llama(), "rope_scaling", with(yarn(), key, nullptr))) ==
          std::string("rope_scaling.") + key + ": not a number");
  }
  for (const char* key : {"factor", "original_max_position_embeddings"}) {
    CHECK(rope_fault(with(rotary_llama(), "rope_scaling", without(yarn(), key))) ==
          std::string("rope_scaling.") + key + ": missing");
  }
}

TEST_CASE("one of YaRN's temperatures alone means different things to its readers") {
  CHECK(rope_fault(with(rotary_llama(), "rope_scaling", with(yarn(), "mscale", 0.7))) ==
        "rope_scaling.mscale_all_dim: 0 or missing beside mscale: transformers and DeepSeek's code "
        "differ there");
  CHECK(rope_fault(with(rotary_llama(), "rope_parameters", with(yarn(), "mscale_all_dim", 0.7))) ==
        "rope_parameters.mscale: 0 or missing beside mscale_all_dim: transformers and DeepSeek's "
        "code differ there");
  CHECK(rope_fault(with(rotary_llama(), "rope_scaling",
                        with(with(yarn(), "mscale", 0.7), "mscale_all_dim", 0.7))) == "no error");
}

TEST_CASE("a figure of the other method is refused") {
  CHECK(rope_fault(with(rotary_llama(), "rope_scaling", with(yarn(), "low_freq_factor", 1.0))) ==
        "rope_scaling.low_freq_factor: has no meaning for type \"yarn\"");
  CHECK(rope_fault(with(rotary_llama(), "rope_scaling", with(yarn(), "beta_slow", 64))) ==
        "rope_scaling.beta_fast: below beta_slow: 32, 64");
  json llama3 = with(yarn(), "rope_type", "llama3");
  CHECK(rope_fault(with(rotary_llama(), "rope_scaling", llama3)) ==
        "rope_scaling.rope_type: \"llama3\" without low_freq_factor");
  llama3["low_freq_factor"] = 4.0;
  llama3["high_freq_factor"] = 4.0;
  CHECK(rope_fault(with(rotary_llama(), "rope_scaling", llama3)) ==
        "rope_scaling.high_freq_factor: not above low_freq_factor: 4, 4");
  CHECK(rope_fault(with(rotary_llama(), "rope_scaling", with(llama3, "attention_factor", 1.0))) ==
        "rope_scaling.attention_factor: has no meaning for type \"llama3\"");
}

}  // namespace
}  // namespace assay
