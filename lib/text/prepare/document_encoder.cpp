#include "text/prepare/document_encoder.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "error/error.h"
#include "text/byte_tokenizer.h"
#include "text/utf8.h"

namespace assay {
namespace {

std::string field_of_line(const std::string& line, const std::string& place,
                          const std::string& field) {
  nlohmann::json object;
  if (const size_t zero = line.find('\0'); zero != line.npos) {  // the parser would end there
    throw DataError(fmt::format("[text] {}:{}: no JSON: a zero byte", place, zero + 1));
  }
  try {
    object = nlohmann::json::parse(line);
  } catch (const nlohmann::json::parse_error& error) {
    throw DataError(fmt::format("[text] {}:{}: no JSON: {}", place, error.byte, error.what()));
  }
  const auto found = object.is_object() ? object.find(field) : object.end();
  if (!object.is_object() || found == object.end() || !found->is_string()) {
    throw DataError(fmt::format("[text] {}:1: no object with a string \"{}\"", place, field));
  }
  return std::move(found->get_ref<std::string&>());
}

// The text as UTF-8, with its count of broken sequences.
std::string as_utf8(const std::string& text, const std::string& place, const EncodingRules& rules,
                    uint64_t& num_invalid) {
  const size_t valid = valid_utf8_prefix(text);
  if (valid == text.size()) return text;
  if (rules.refuses_invalid) {
    throw DataError(fmt::format("[text] {}: not UTF-8 at byte {} of the document", place, valid));
  }
  return replace_invalid_utf8(text, num_invalid);
}

}  // namespace

EncodedDocument encode_document(const std::string& bytes, const std::string& place,
                                const EncodingRules& rules, const Tokenizer& tokenizer) {
  EncodedDocument document;
  const bool is_json = rules.unit == DocumentUnit::kJsonLine;
  const bool takes_bytes =
      tokenizer.id() == ByteTokenizer().id() && !is_json && !rules.refuses_invalid;
  std::string text = takes_bytes ? bytes : as_utf8(bytes, place, rules, document.num_invalid);
  if (takes_bytes && valid_utf8_prefix(bytes) != bytes.size()) {
    static_cast<void>(replace_invalid_utf8(bytes, document.num_invalid));
  }
  if (is_json) {
    if (text.find_first_not_of(" \t\r") == std::string::npos) return document;
    text = field_of_line(text, place, rules.field);
  }
  document.text_bytes = is_json ? text.size() : bytes.size();
  if (text.empty()) return document;
  document.tokens = tokenizer.encode(text);
  if (rules.bos) document.tokens.insert(document.tokens.begin(), *rules.bos);
  if (rules.eos) document.tokens.push_back(*rules.eos);
  return document;
}

}  // namespace assay
