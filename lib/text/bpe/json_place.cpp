#include "text/bpe/json_place.h"

#include <fmt/format.h>

#include <algorithm>

#include "error/error.h"

namespace assay {
namespace {

constexpr uint64_t kMaxToken = uint64_t{1} << 20;

std::string as_pointer_part(std::string_view key) {
  std::string part = "/";
  for (const char c : key.substr(0, 100)) {
    if (c == '~') {
      part += "~0";
    } else if (c == '/') {
      part += "~1";
    } else {
      part += c;
    }
  }
  return part;
}

}  // namespace

std::string JsonPlace::where() const { return file_ + ": " + (pointer_.empty() ? "/" : pointer_); }

void JsonPlace::fail(std::string_view what) const {
  throw DataError(fmt::format("[text] {}: {}", where(), what));
}

void JsonPlace::expect_only(std::initializer_list<std::string_view> keys) const {
  if (!value_->is_object()) fail("not an object");
  for (const auto& [key, member] : value_->items()) {
    if (std::ranges::find(keys, std::string_view(key)) == keys.end())
      at(key).fail("not understood");
  }
}

bool JsonPlace::has(std::string_view key) const {
  if (!value_->is_object()) fail("not an object");
  const auto found = value_->find(key);
  return found != value_->end() && !found->is_null();
}

JsonPlace JsonPlace::at(std::string_view key) const {
  if (!value_->is_object()) fail("not an object");
  const auto found = value_->find(key);
  if (found == value_->end()) fail(fmt::format("has no \"{}\"", key));
  return {*found, file_, pointer_ + as_pointer_part(key)};
}

JsonPlace JsonPlace::at(size_t index) const {
  if (index >= size()) fail("has too few elements");
  return {(*value_)[index], file_, fmt::format("{}/{}", pointer_, index)};
}

size_t JsonPlace::size() const {
  if (!value_->is_array()) fail("not an array");
  return value_->size();
}

const std::string& JsonPlace::string() const {
  if (!value_->is_string()) fail("not a string");
  return value_->get_ref<const std::string&>();
}

bool JsonPlace::boolean() const {
  if (!value_->is_boolean()) fail("neither true nor false");
  return value_->get<bool>();
}

uint32_t JsonPlace::token() const {
  if (!value_->is_number_unsigned() || value_->get<uint64_t>() >= kMaxToken) {
    fail("not a token's number");
  }
  return value_->get<uint32_t>();
}

bool JsonPlace::boolean_or(std::string_view key, bool otherwise) const {
  return has(key) ? at(key).boolean() : otherwise;
}

nlohmann::json parse_json_file(std::string_view text, const std::string& file) {
  if (const size_t zero = text.find('\0'); zero != text.npos) {  // the parser would end there
    throw DataError(fmt::format("[text] {} is no JSON: a zero byte at {}", file, zero));
  }
  try {
    return nlohmann::json::parse(text);
  } catch (const nlohmann::json::exception& error) {
    throw DataError(fmt::format("[text] {} is no JSON: {}", file, error.what()));
  }
}

}  // namespace assay
