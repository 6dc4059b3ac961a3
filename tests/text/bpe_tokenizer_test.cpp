#include "text/bpe/bpe_tokenizer.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <nlohmann/json.hpp>

#include "error/error.h"
#include "formats/temporary_folder.h"
#include "text/load_tokenizer.h"
#include "text/token_stream.h"

namespace assay {
namespace {

const std::filesystem::path kTokenizers =
    std::filesystem::path(ASSAY_SOURCE_DIR) / "tests/golden/tokenizers";
constexpr std::array kKinds{"gpt2", "llama3", "qwen2", "deepseek", "o200k", "digits"};

std::shared_ptr<const Tokenizer> golden_tokenizer(const std::string& kind) {
  return load_tokenizer(kTokenizers / (kind + ".json"));
}

std::vector<nlohmann::json> golden_samples() {
  std::ifstream in(kTokenizers / "samples.jsonl");
  std::vector<nlohmann::json> samples;
  for (std::string line; std::getline(in, line);) samples.push_back(nlohmann::json::parse(line));
  return samples;
}

nlohmann::json golden_json(const std::string& kind) {
  std::ifstream in(kTokenizers / (kind + ".json"));
  return nlohmann::json::parse(in);
}

std::string refusal(const nlohmann::json& json) {
  try {
    static_cast<void>(BpeTokenizer::parse(json.dump(), "t.json"));
  } catch (const DataError& error) {
    return error.what();
  }
  return "taken";
}

std::string text_of(const Tokenizer& tokenizer, const std::vector<uint32_t>& tokens) {
  return tokenizer.decode(std::vector<int64_t>(tokens.begin(), tokens.end()));
}

}  // namespace

TEST_CASE("each kind of tokenizer gives the numbers of the tokenizers package") {
  const std::vector<nlohmann::json> samples = golden_samples();
  REQUIRE(samples.size() > 20);
  for (const char* kind : kKinds) {
    const auto tokenizer = golden_tokenizer(kind);
    for (const nlohmann::json& sample : samples) {
      const auto text = sample.at("text").get<std::string>();
      CAPTURE(kind, text);
      CHECK(tokenizer->encode(text) == sample.at("tokens").at(kind).get<std::vector<uint32_t>>());
    }
  }
}

TEST_CASE("each setting of a tokenizer.json gives the numbers of the tokenizers package") {
  std::ifstream in(kTokenizers / "variants.jsonl");
  size_t count = 0;
  for (std::string line; std::getline(in, line); ++count) {
    const auto variant = nlohmann::json::parse(line);
    nlohmann::json json = golden_json("gpt2");
    json.merge_patch(variant.at("patch"));
    const auto tokenizer = BpeTokenizer::parse(json.dump(), "t.json");
    for (size_t i = 0; i < variant.at("texts").size(); ++i) {
      CAPTURE(variant.at("name"), variant.at("texts")[i]);
      CHECK(tokenizer->encode(variant.at("texts")[i].get<std::string>()) ==
            variant.at("tokens")[i].get<std::vector<uint32_t>>());
    }
  }
  CHECK(count > 20);
}

TEST_CASE("tokenizer_config.json names the begin and the end of a document") {
  const TemporaryFolder folder;
  std::filesystem::copy_file(kTokenizers / "llama3.json", folder.path() / "tokenizer.json");
  const auto with = [&](std::string_view config) {
    std::ofstream(folder.path() / "tokenizer_config.json") << config;
    return load_tokenizer(folder.path())->special_tokens();
  };
  const SpecialTokens named = with(
      R"({"bos_token":"<|begin_of_text|>","eos_token":{"content":"<|end_of_text|>"},"more":1})");
  CHECK(named.bos == 0U);
  CHECK(named.eos == 1U);
  CHECK_FALSE(with(R"({"bos_token":null})").bos.has_value());
  CHECK_THROWS_AS(with(R"({"eos_token":"<|nothing|>"})"), DataError);
  CHECK_THROWS_AS(with(R"({"eos_token":5})"), DataError);
  CHECK_THROWS_AS(with("{"), DataError);
}

TEST_CASE("tokens come back as their text, whole and as a stream") {
  for (const nlohmann::json& sample : golden_samples()) {
    const auto text = sample.at("text").get<std::string>();
    const auto tokenizer = golden_tokenizer("llama3");
    const std::vector<uint32_t> tokens = tokenizer->encode(text);
    CHECK(text_of(*tokenizer, tokens) == text);
    TokenStream stream(*tokenizer);
    std::string streamed;
    for (const uint32_t token : tokens) streamed += stream.push(token);
    CHECK(streamed + stream.finish() == text);
  }
}

TEST_CASE("bytes that are not UTF-8 become replacement characters") {
  const auto tokenizer = golden_tokenizer("gpt2");
  CHECK(text_of(*tokenizer, tokenizer->encode("a\xFFz")) == "a\xEF\xBF\xBDz");
}

TEST_CASE(
    "special tokens are known by their text, and a template gives what stands before a text") {
  const auto tokenizer = golden_tokenizer("llama3");
  CHECK(tokenizer->special_token("<|begin_of_text|>") == 0U);
  CHECK_FALSE(tokenizer->special_token("<|im_start|>").has_value());
  CHECK_FALSE(tokenizer->special_token("a").has_value());
  CHECK(tokenizer->special_tokens().prefix == std::vector<uint32_t>{0});
  CHECK_FALSE(tokenizer->special_tokens().eos.has_value());
}

TEST_CASE("a tokenizer's identity is its file's digest") {
  const auto tokenizer = golden_tokenizer("gpt2");
  CHECK(tokenizer->sha256().size() == 64);
  CHECK(tokenizer->id() == "tokenizer.json-" + std::string(tokenizer->sha256().substr(0, 32)));
  CHECK(tokenizer->vocab_size() == 600);
}

TEST_CASE("what is not understood in a tokenizer.json is refused with its JSON pointer") {
  struct Case {
    std::string at;
    nlohmann::json value;
    std::string message;
  };
  const std::vector<Case> cases{
      {"/surprise", 1, "t.json: /surprise: not understood"},
      {"/version", "2.0", "t.json: /version: not version 1.0"},
      {"/truncation", {{"max_length", 5}}, "t.json: /truncation: not supported"},
      {"/normalizer", {{"type", "Lowercase"}}, "t.json: /normalizer/type: Lowercase is not"},
      {"/pre_tokenizer", {{"type", "Metaspace"}}, "/pre_tokenizer/type: Metaspace is not"},
      {"/pre_tokenizer/pretokenizers/0/pattern/Regex", "\\w+", "not understood at its byte 1"},
      {"/pre_tokenizer/pretokenizers/0/pattern/Regex", "a*", "pattern can match an empty text"},
      {"/pre_tokenizer/pretokenizers/0/behavior", "Sometimes", "/behavior: no behavior of a Split"},
      {"/decoder", {{"type", "WordPiece"}}, "/decoder/type: WordPiece is not supported"},
      {"/model/type", "Unigram", "/model/type: only byte-level BPE"},
      {"/model/dropout", 0.1, "/model/dropout: not supported"},
      {"/model/vocab/a", 1, "a second token 1"},
      {"/model/vocab/a", -1, "/model/vocab/a: not a token's number"},
      {"/model/merges/0", {"Q", "\xC4\xA0zz"}, "/model/merges/0: not in the vocabulary"},
      {"/model/merges/0", "one", "/model/merges/0: a merge is of two tokens"},
      {"/added_tokens/0/single_word", true, "/added_tokens/0/single_word: not supported"},
      {"/post_processor", {{"type", "BertProcessing"}}, "/post_processor/type: BertProcessing"},
  };
  for (const Case& test : cases) {
    nlohmann::json json = golden_json("llama3");
    json[nlohmann::json::json_pointer(test.at)] = test.value;
    CAPTURE(test.at);
    CHECK_THAT(refusal(json), Catch::Matchers::Contains(test.message));
  }
}

TEST_CASE("a vocabulary that lacks a byte is refused") {
  nlohmann::json json = golden_json("gpt2");
  json["model"]["vocab"].erase("a");
  json["model"]["merges"] = nlohmann::json::array();
  CHECK_THAT(refusal(json), Catch::Matchers::Contains("has no token for the byte 0x61"));
}

TEST_CASE("an added token has the number that the package would give it") {
  const nlohmann::json good = golden_json("gpt2");
  const auto with = [&](uint32_t number, const std::string& content) {
    nlohmann::json json = good;
    nlohmann::json added = json["added_tokens"][0];
    added["id"] = number;
    added["content"] = content;
    json["added_tokens"].push_back(added);
    return refusal(json);
  };
  const uint32_t next = 600;  // the file has 600 tokens
  CHECK(with(next, "<new>") == "taken");
  CHECK_THAT(with(next + 1, "<new>"), Catch::Matchers::Contains("by which it is 600"));
  CHECK_THAT(with(5, "<new>"), Catch::Matchers::Contains("/added_tokens/1/id: 5 contradicts"));
  const auto known = good["model"]["vocab"]["a"].get<uint32_t>();
  CHECK(with(known, "a") == "taken");
  CHECK_THAT(with(next, "a"), Catch::Matchers::Contains("contradicts"));
}

TEST_CASE("a file that is no tokenizer is refused") {
  CHECK_THROWS_AS(BpeTokenizer::parse("{\"version\"", "t.json"), DataError);
  CHECK_THROWS_AS(BpeTokenizer::parse("[]", "t.json"), DataError);
  CHECK_THROWS_WITH(BpeTokenizer::parse(std::string_view("{}\0{}", 5), "t.json"),
                    Catch::Matchers::Contains("t.json is no JSON: a zero byte at 2"));
  CHECK_THROWS_AS(load_tokenizer("no/such/file.json"), DataError);
  CHECK_THROWS_AS(load_tokenizer(ASSAY_SOURCE_DIR "/README.md"), DataError);
}

TEST_CASE("tokens outside of the vocabulary are refused") {
  const auto tokenizer = golden_tokenizer("gpt2");
  CHECK_THROWS_AS(tokenizer->decode(std::vector<int64_t>{600}), DataError);
  CHECK_THROWS_AS(tokenizer->token_bytes(-1), DataError);
}

}  // namespace assay
