#include "text/bpe/tokenizer_json.h"

#include <fmt/format.h>

#include <algorithm>

#include "error/error.h"
#include "formats/mapping.h"
#include "text/bpe/byte_alphabet.h"
#include "text/bpe/json_place.h"
#include "text/bpe/read_model.h"
#include "text/bpe/read_steps.h"
#include "text/normal_form.h"

namespace assay {
namespace {

// The number that the package gives an added token: the vocabulary's, else one after the others.
uint32_t number_of_added(const std::string& content, const JsonPlace& vocabulary,
                         const TokenizerJson& tokenizer) {
  const auto known = vocabulary.value().find(content);
  if (known != vocabulary.value().end()) return known->get<uint32_t>();
  auto next = static_cast<uint32_t>(vocabulary.value().size());
  for (const auto* added : {&tokenizer.raw_added, &tokenizer.normalized_added}) {
    for (const AddedToken& token : *added) {
      if (tokenizer.texts[token.token].bytes == content) return token.token;
      next = std::max(next, token.token + 1);
    }
  }
  return next;
}

void read_added_token(const JsonPlace& place, const JsonPlace& vocabulary,
                      TokenizerJson& tokenizer) {
  place.expect_only({"id", "content", "single_word", "lstrip", "rstrip", "normalized", "special"});
  if (place.boolean_or("single_word", false)) place.at("single_word").fail("not supported");
  const uint32_t token = place.at("id").token();
  const bool is_special = place.at("special").boolean();
  std::string content = place.at("content").string();
  if (content.empty()) place.at("content").fail("is empty");
  if (const uint32_t number = number_of_added(content, vocabulary, tokenizer); number != token) {
    place.at("id").fail(
        fmt::format("{} contradicts the other tokens, by which it is {}", token, number));
  }
  if (tokenizer.texts.size() <= token) tokenizer.texts.resize(token + size_t{1});
  tokenizer.texts[token] = {.bytes = content, .is_special = is_special, .is_present = true};
  const bool is_normalized = place.at("normalized").boolean();
  if (is_normalized && tokenizer.has_nfc) content = to_nfc(content);
  (is_normalized ? tokenizer.normalized_added : tokenizer.raw_added)
      .push_back({.token = token,
                  .content = std::move(content),
                  .is_left_open = place.boolean_or("lstrip", false),
                  .is_right_open = place.boolean_or("rstrip", false)});
}

void read_all(const JsonPlace& root, TokenizerJson& tokenizer) {
  root.expect_only({"version", "truncation", "padding", "added_tokens", "normalizer",
                    "pre_tokenizer", "post_processor", "decoder", "model"});
  if (root.at("version").string() != "1.0") root.at("version").fail("not version 1.0");
  for (const std::string_view key : {"truncation", "padding"}) {
    if (root.has(key)) root.at(key).fail("not supported: texts are neither cut nor filled up");
  }
  read_bpe_model(root.at("model"), tokenizer);
  if (root.has("normalizer")) read_normalizer(root.at("normalizer"), tokenizer);
  if (!root.has("pre_tokenizer")) root.fail("has no ByteLevel pre_tokenizer");
  read_pre_tokenizer(root.at("pre_tokenizer"), tokenizer);
  if (!root.has("decoder")) root.fail("has no ByteLevel decoder");
  read_decoder(root.at("decoder"));
  if (root.has("added_tokens")) {
    const JsonPlace added = root.at("added_tokens");
    const JsonPlace vocabulary = root.at("model").at("vocab");
    for (size_t i = 0; i < added.size(); ++i) {
      read_added_token(added.at(i), vocabulary, tokenizer);
    }
  }
  if (root.has("post_processor")) read_post_processor(root.at("post_processor"), tokenizer);
}

std::optional<uint32_t> named_token(const JsonPlace& config, std::string_view key,
                                    const TokenizerJson& tokenizer) {
  if (!config.has(key)) return std::nullopt;
  const JsonPlace place = config.at(key);
  const std::string& content =
      place.value().is_object() ? place.at("content").string() : place.string();
  for (const auto* added : {&tokenizer.raw_added, &tokenizer.normalized_added}) {
    for (const AddedToken& token : *added) {
      if (tokenizer.texts[token.token].bytes == content) return token.token;
    }
  }
  place.fail(fmt::format("no special token of the tokenizer.json: {}", content));
}

}  // namespace

TokenizerJson parse_tokenizer_json(std::string_view text, const std::string& file) {
  TokenizerJson tokenizer;
  const nlohmann::json document = parse_json_file(text, file);
  read_all(JsonPlace(document, file), tokenizer);
  return tokenizer;
}

void read_special_names(const std::filesystem::path& folder, TokenizerJson& tokenizer) {
  const std::filesystem::path path = folder / "tokenizer_config.json";
  if (!std::filesystem::exists(path)) return;
  const Mapping mapping(path);
  const nlohmann::json document = parse_json_file(
      {reinterpret_cast<const char*>(mapping.bytes().data()), mapping.bytes().size()},
      path.string());
  const JsonPlace config(document, path.string());
  tokenizer.special_tokens.bos = named_token(config, "bos_token", tokenizer);
  tokenizer.special_tokens.eos = named_token(config, "eos_token", tokenizer);
}

}  // namespace assay
