#include <catch2/catch.hpp>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "hf_text.h"

// config.json files as hands make them wrong, each with the one line that it gives.
namespace assay {
namespace {

using nlohmann::json;
using test::hf_fault;
using test::with;

json small_llama() {
  return json::parse(R"({"model_type": "llama", "hidden_size": 64, "num_hidden_layers": 2,
    "num_attention_heads": 4, "num_key_value_heads": 2, "intermediate_size": 128,
    "vocab_size": 97, "max_position_embeddings": 48, "rms_norm_eps": 1e-5, "rope_theta": 1e4,
    "hidden_act": "silu", "tie_word_embeddings": false})");
}

json small_mixtral() {
  json keys = small_llama();
  keys["model_type"] = "mixtral";
  keys["num_local_experts"] = 4;
  keys["num_experts_per_tok"] = 2;
  return keys;
}

/// A key with a value that breaks it (`null` removes it), and the line from "config.json: " on.
struct BadKey {
  std::string key;
  json value;
  std::string line;
};

void check_lines(const json& good, const std::vector<BadKey>& table) {
  CHECK(hf_fault(good) == "no error");
  for (const BadKey& bad : table) {
    json keys = good;
    keys[bad.key] = bad.value;
    if (bad.value == "(absent)") keys.erase(bad.key);
    CHECK(hf_fault(keys) == "config.json: " + bad.line);
  }
}

const std::string kUnread =
    ": key not understood by the family \"llama\"; it may change the "
    "mathematics: ";

}  // namespace

TEST_CASE("text that is no config.json is refused in one line with its place") {
  struct BadText {
    std::string text, line;
  };
  const std::string no_object_key =
      " no JSON: syntax error while parsing object key - unexpected end of input; expected string "
      "literal";
  const std::vector<BadText> table{
      {"",
       ":1:1: no JSON: syntax error while parsing value - unexpected end of input; expected "
       "'[', '{', or a literal"},
      {"{", ":1:1:" + no_object_key},
      {"{\"a\": 1,\n  \"b\": 2,\n", ":2:10:" + no_object_key},
      {"[]", ": not a JSON object"},
      {"null", ": not a JSON object"},
      {"\"llama\"", ": not a JSON object"},
      {"{\"model_type\": \"llama\",\n}",
       ":2:1: no JSON: syntax error while parsing object key - unexpected '}'; expected string "
       "literal"},
      {"{\"model_type\": \"ll\xff\"}",
       ":1:19: no JSON: syntax error while parsing value - invalid string: ill-formed UTF-8 byte"},
      {"{\"a\":\n 1e999}", ":2:7: no JSON: number overflow parsing '1e999'"},
      {"{\"a\": NaN}", ":1:7: no JSON: syntax error while parsing value - invalid literal"},
      {std::string("\xff\xfe{\0", 4), ":1:4: no JSON in UTF-8: a zero byte"},
      {"{} x",
       ":1:4: no JSON: syntax error while parsing value - invalid literal; expected end of "
       "input"},
      {small_llama().dump() + std::string("\n\0{", 3), ":2:1: no JSON in UTF-8: a zero byte"},
      {std::string("{}\0", 3), ":1:3: no JSON in UTF-8: a zero byte"},
      {"{}", ": model_type: missing"},
      {"{\"model_type\": 3}", ":1:2: model_type: not a string"},
      {"{\"model_type\": \"gpt2\",\n \"model_type\": \"llama\"}",
       ":2:2: model_type: the key stands twice"},
      {"{\"model_type\": \"llama\", \"a\": {\"b\": 1, \"b\": 2}}",
       ":1:39: a.b: the key stands twice"},
      {"{\"a\": " + std::string(1000, '[') + std::string(1000, ']') + "}",
       ":1:22: nested too deeply"},
  };
  for (const BadText& bad : table) CHECK(hf_fault(bad.text) == "config.json" + bad.line);
}

TEST_CASE("a fault of a key has the line and column of its key") {
  CHECK(hf_fault(std::string("{\n  \"model_type\": \"llama\",\n  \"hidden_size\": \"64\"\n}")) ==
        "config.json:3:3: hidden_size: not an integer");
  CHECK(hf_fault(std::string("{\"model_type\": \"gpt3\"}")).find("config.json:1:2: model_type: ") ==
        0);
  std::string text = small_llama().dump(2);
  text.replace(text.find("10000.0"), 7, "-1");
  CHECK(hf_fault(text) == "config.json:11:3: rope_theta: out of range: -1, must be above 0");
  // Long names are cut.
  CHECK(hf_fault(with(small_llama(), std::string(3000, 'k'), 1)) ==
        "config.json: " + std::string(80, 'k') + "..." + kUnread + "1");
  CHECK(hf_fault(with(small_llama(), "model_type", std::string(3000, 'k')))
            .find("unknown model type \"" + std::string(80, 'k') + "...\" (known: ") !=
        std::string::npos);
  // A byte order mark is passed over, as JSON allows it.
  CHECK(hf_fault("\xef\xbb\xbf" + small_llama().dump()) == "no error");
}

TEST_CASE("sizes that are none are refused with their key") {
  check_lines(
      small_llama(),
      {{"hidden_size", "(absent)", "hidden_size: missing"},
       {"hidden_size", nullptr, "hidden_size: found null, which has no meaning here"},
       {"hidden_size", "64", "hidden_size: not an integer"},
       {"hidden_size", 64.5, "hidden_size: not an integer"},
       {"hidden_size", 1e30, "hidden_size: not an integer"},
       {"hidden_size", {64}, "hidden_size: not an integer"},
       {"hidden_size", true, "hidden_size: not an integer"},
       {"hidden_size", 0, "hidden_size: out of range: 0, must be between 1 and 262144"},
       {"hidden_size", -64, "hidden_size: out of range: -64, must be between 1 and 262144"},
       {"hidden_size", 9223372036854775808ULL,
        "hidden_size: integer out of range: 9223372036854775808"},
       {"num_hidden_layers", 1'000'000,
        "num_hidden_layers: out of range: 1000000, must be between 1 and 4096"},
       {"vocab_size", 0, "vocab_size: out of range: 0, must be between 1 and 16777216"},
       {"head_dim", 15, "head_dim: rotary positions need heads of even width: 15"},
       {"num_key_value_heads", 3,
        "num_key_value_heads: key heads do not divide the query heads: num_attention_heads 4 / "
        "num_key_value_heads 3"}});
}

TEST_CASE("values of another kind are refused with their key") {
  check_lines(
      small_llama(),
      {{"rms_norm_eps", "1e-5", "rms_norm_eps: not a number"},
       {"rms_norm_eps", 0, "rms_norm_eps: out of range: 0, must be above 0"},
       {"rope_theta", -1, "rope_theta: out of range: -1, must be above 0"},
       {"tie_word_embeddings", "yes", "tie_word_embeddings: not a boolean"},
       {"tie_word_embeddings", 1, "tie_word_embeddings: not a boolean"},
       {"rope_scaling", 8, "rope_scaling: not an object"},
       {"rope_parameters", {{"rope_theta", "big"}}, "rope_parameters.rope_theta: not a number"}});
}

TEST_CASE("mathematics that the family does not compute with is refused, never ignored") {
  check_lines(
      small_llama(),
      {{"hidden_act", "gelu",
        "hidden_act: this family computes with \"silu\" only, found \"gelu\""},
       {"attention_bias", true, "attention_bias: this family computes with false only, found true"},
       {"quantization_config", {{"bits", 4}}, "quantization_config" + kUnread + R"({"bits":4})"},
       {"attn_logit_softcapping", 50.0, "attn_logit_softcapping" + kUnread + "50.0"},
       {"layers", std::vector<int>(200, 7),
        "layers" + kUnread + json(std::vector<int>(200, 7)).dump().substr(0, 80) + "..."}});
}

TEST_CASE("stretched positions that do not add up are refused") {
  check_lines(
      small_llama(),
      {{"rope_scaling",
        {{"type", "dynamic"}, {"factor", 2.0}},
        "rope_scaling.type: unknown stretch \"dynamic\" (known: default, llama3, yarn)"},
       {"rope_scaling", {{"type", "yarn"}, {"factor", "2"}}, "rope_scaling.factor: not a number"},
       {"rope_scaling", {{"type", "yarn"}}, "rope_scaling.factor: missing"},
       {"rope_scaling",
        {{"type", "yarn"}, {"factor", 4}},
        "rope_scaling.original_max_position_embeddings: missing"},
       {"rope_scaling",
        {{"factor", 2.0}},
        "rope_scaling.factor: key not understood without a stretch of positions"},
       {"rope_scaling", {{"rope_type", 3}}, "rope_scaling.rope_type: not a string"},
       {"rope_scaling", {{"type", nullptr}}, "rope_scaling.type: not a string"},
       {"rope_scaling", {{"rope_type", "llama3"}}, "rope_scaling.factor: missing"}});
}

TEST_CASE("experts that do not add up are refused") {
  check_lines(
      small_mixtral(),
      {{"num_experts_per_tok", 5,
        "num_experts_per_tok: more experts chosen than there are: num_experts_per_tok 5, "
        "num_local_experts 4"},
       {"num_local_experts", 0, "num_local_experts: out of range: 0, must be between 1 and 4096"},
       {"sliding_window", 128, "sliding_window: this family computes with null only, found 128"},
       {"router_jitter_noise", 0.1,
        "router_jitter_noise: this family computes with 0.0 only, found 0.1"}});
}

}  // namespace assay
