#include "specs/strict_json.h"

#include <catch2/catch.hpp>

#include <stdexcept>
#include <string>

namespace assay {
namespace {

StrictJson parsed_of(const std::string& text) {
  return parse_strict_json(
      text, [](TextPosition at, const std::string& key, const std::string& fact) {
        throw std::runtime_error(std::to_string(at.line) + ":" + std::to_string(at.column) + " " +
                                 key + " " + fact);
      });
}

std::string place_of(const StrictJson& parsed, const std::string& path) {
  const TextPosition at = parsed.places.at(path);
  return std::to_string(at.line) + ":" + std::to_string(at.column);
}

TEST_CASE("keys have the place of their opening quote, inner ones by their path") {
  const StrictJson parsed =
      parsed_of("{\"a\": 1,\n\n  \"in\\\"ner\" : {\"b\": [1,\n2], \"c\\\\\":3},\n\t\"d\":4}");
  CHECK(parsed.places.size() == 5);
  CHECK(place_of(parsed, "a") == "1:2");
  CHECK(place_of(parsed, "in\"ner") == "3:3");
  CHECK(place_of(parsed, "in\"ner.b") == "3:16");
  CHECK(place_of(parsed, "in\"ner.c\\") == "4:5");
  CHECK(place_of(parsed, "d") == "5:2");
  CHECK(parsed.value["in\"ner"]["c\\"] == 3);
}

TEST_CASE("a long line costs no more than its length") {
  std::string text = "{";
  for (int i = 0; i < 100'000; ++i) text += "\"k" + std::to_string(i) + "\":1,";
  text += "\"end\":1}";
  CHECK(place_of(parsed_of(text), "end") == "1:" + std::to_string(text.size() - 7));
}

TEST_CASE("a value is repeated in one line that is cut between letters") {
  CHECK(shown_json("a\nb") == "\"a\\nb\"");
  const std::string wide = shown_json(std::string(78, 'x') + "\xc3\xa9\xc3\xa9");
  CHECK(wide == "\"" + std::string(78, 'x') + "...");
}

}  // namespace
}  // namespace assay
