#include "text/bpe/read_model.h"

#include <fmt/format.h>

#include "text/bpe/byte_alphabet.h"

namespace assay {
namespace {

// Bytes that no UTF-8 text holds (RFC 3629): a vocabulary may lack them.
bool is_never_in_utf8(int byte) { return byte == 0xC0 || byte == 0xC1 || byte >= 0xF5; }

void read_vocabulary(const JsonPlace& place, TokenizerJson& tokenizer) {
  if (!place.value().is_object() || place.value().empty()) place.fail("no vocabulary");
  tokenizer.byte_tokens.fill(BpeModel::kNoToken);
  for (const auto& [name, value] : place.value().items()) {
    const JsonPlace entry = place.at(name);
    const uint32_t token = entry.token();
    if (tokenizer.texts.size() <= token) tokenizer.texts.resize(token + size_t{1});
    if (tokenizer.texts[token].is_present) entry.fail(fmt::format("a second token {}", token));
    const std::optional<std::string> bytes = bytes_of_token(name);
    tokenizer.texts[token] = {.bytes = bytes ? *bytes : name, .is_present = true};
    if (!bytes || bytes->empty()) continue;
    tokenizer.pieces[*bytes] = token;
    if (bytes->size() == 1)
      tokenizer.byte_tokens.at(static_cast<unsigned char>(bytes->front())) = token;
  }
  for (int byte = 0; byte < 256; ++byte) {
    if (tokenizer.byte_tokens.at(byte) == BpeModel::kNoToken && !is_never_in_utf8(byte)) {
      place.fail(fmt::format("has no token for the byte 0x{:02x}: text would be lost", byte));
    }
  }
}

struct PairNames {
  std::string left;
  std::string right;
};

PairNames pair_names(const JsonPlace& place) {
  if (place.value().is_array()) {
    if (place.size() != 2) place.fail("a merge is of two tokens");
    return {place.at(0).string(), place.at(1).string()};
  }
  const std::string& both = place.string();
  const size_t space = both.find(' ');
  if (space == std::string::npos || both.find(' ', space + 1) != std::string::npos) {
    place.fail("a merge is of two tokens");
  }
  return {both.substr(0, space), both.substr(space + 1)};
}

void read_merges(const JsonPlace& merges, const JsonPlace& vocabulary, TokenizerJson& tokenizer) {
  const nlohmann::json& tokens = vocabulary.value();
  const auto token_of = [&](const JsonPlace& place, const std::string& name) {
    const auto found = tokens.find(name);
    if (found == tokens.end())
      place.fail(fmt::format("not in the vocabulary: {}", name.substr(0, 100)));
    return found->get<uint32_t>();
  };
  const size_t count = merges.size();
  tokenizer.pairs.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    const JsonPlace place = merges.at(i);
    const auto [left, right] = pair_names(place);
    tokenizer.pairs.push_back({.left = token_of(place, left),
                               .right = token_of(place, right),
                               .joined = token_of(place, left + right)});
  }
}

}  // namespace

void read_bpe_model(const JsonPlace& place, TokenizerJson& tokenizer) {
  if (place.has("type") && place.at("type").string() != "BPE") {
    place.at("type").fail("only byte-level BPE is supported");
  }
  place.expect_only({"type", "dropout", "unk_token", "continuing_subword_prefix",
                     "end_of_word_suffix", "fuse_unk", "byte_fallback", "ignore_merges", "vocab",
                     "merges"});
  if (place.has("dropout")) place.at("dropout").fail("not supported: the tokens would be random");
  for (const std::string_view key : {"continuing_subword_prefix", "end_of_word_suffix"}) {
    if (place.has(key) && !place.at(key).string().empty()) place.at(key).fail("not supported");
  }
  if (place.boolean_or("byte_fallback", false)) place.at("byte_fallback").fail("not supported");
  tokenizer.ignore_merges = place.boolean_or("ignore_merges", false);
  read_vocabulary(place.at("vocab"), tokenizer);
  read_merges(place.at("merges"), place.at("vocab"), tokenizer);
}

}  // namespace assay
