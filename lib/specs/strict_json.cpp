#include "specs/strict_json.h"

#include <fmt/format.h>

#include <iterator>
#include <limits>
#include <set>
#include <vector>

namespace assay {
namespace {

using nlohmann::json;

/// Walks over a text and tells how far the parser has come.
class Cursor {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = char;

  Cursor(const char* at, const char** reached) : at_(at), reached_(reached) {}
  char operator*() const { return *at_; }
  Cursor& operator++() {
    *reached_ = ++at_;
    return *this;
  }
  Cursor operator++(int) {
    Cursor before = *this;
    ++*this;
    return before;
  }
  bool operator==(const Cursor& other) const { return at_ == other.at_; }
  bool operator!=(const Cursor& other) const { return at_ != other.at_; }

 private:
  const char* at_;
  const char** reached_;
};

/// Counts the lines of a text, for offsets that never go back.
class LineCounter {
 public:
  explicit LineCounter(std::string_view text) : text_(text), line_end_(text.find('\n')) {}

  TextPosition position(size_t offset) {
    while (line_end_ < offset) {
      line_start_ = line_end_ + 1;
      line_end_ = text_.find('\n', line_start_);
      ++line_;
    }
    return {.line = line_, .column = static_cast<uint32_t>(offset - line_start_ + 1)};
  }

 private:
  std::string_view text_;
  size_t line_start_ = 0;
  size_t line_end_;  ///< of its newline, or npos
  uint32_t line_ = 1;
};

/// Where the string begins whose closing quote is the last byte before `end`.
size_t start_of_string(std::string_view text, size_t end) {
  size_t quote = end - 1;
  while (quote > 0) {
    quote = text.rfind('"', quote - 1);
    size_t slashes = 0;
    while (slashes < quote && text[quote - 1 - slashes] == '\\') ++slashes;
    if (slashes % 2 == 0) break;
  }
  return quote;
}

/// An object or a list that is open.
struct OpenPart {
  std::string path;  ///< with the dot
  std::set<std::string> keys;
  std::string last_key;
};

/// What the parser says, without its own name, position and the text read so far.
std::string fact_of(const json::exception& error) {
  std::string fact = error.what();
  if (const size_t column = fact.find(", column "); column != std::string::npos) {
    if (const size_t colon = fact.find(": ", column); colon != std::string::npos) {
      fact = fact.substr(colon + 2);
    }
  } else if (const size_t bracket = fact.find("] "); bracket != std::string::npos) {
    fact = fact.substr(bracket + 2);
  }
  const size_t quoted = fact.find("; last read: '");
  const size_t end = fact.rfind('\'');
  if (quoted != std::string::npos && end > quoted) fact.erase(quoted, end + 1 - quoted);
  return "no JSON: " + fact;
}

}  // namespace

StrictJson parse_strict_json(std::string_view text, const JsonFault& fail) {
  constexpr size_t kDeepest = 16;
  const char* reached = text.data();
  const auto offset = [&] { return static_cast<size_t>(reached - text.data()); };
  LineCounter lines(text);
  std::vector<OpenPart> open;
  StrictJson parsed;
  // The parser would take a zero byte for the end of the text.
  if (const size_t zero = text.find('\0'); zero != std::string_view::npos) {
    fail(LineCounter(text).position(zero), "", "no JSON in UTF-8: a zero byte");
  }
  const auto take_key = [&](const std::string& key) {
    const TextPosition at = lines.position(start_of_string(text, offset()));
    OpenPart& part = open.back();
    if (!part.keys.insert(key).second) fail(at, part.path + key, "the key stands twice");
    parsed.places.emplace(part.path + key, at);
    part.last_key = key;
  };
  const auto watch = [&](int, json::parse_event_t event, json& value) {
    using Event = json::parse_event_t;
    if (event == Event::object_start || event == Event::array_start) {
      OpenPart part;
      if (!open.empty()) part.path = open.back().path + open.back().last_key + ".";
      open.push_back(std::move(part));
      if (open.size() > kDeepest) fail(lines.position(offset() - 1), "", "nested too deeply");
    } else if (event == Event::object_end || event == Event::array_end) {
      open.pop_back();
    } else if (event == Event::key) {
      take_key(value.get<std::string>());
    }
    return true;
  };
  try {
    parsed.value = json::parse(Cursor(text.data(), &reached),
                               Cursor(text.data() + text.size(), &reached), watch);
  } catch (const json::exception& error) {
    fail(lines.position(offset() == 0 ? 0 : offset() - 1), "", fact_of(error));
  }
  return parsed;
}

std::string shown_text(std::string_view text) {
  constexpr size_t kLongest = 80;
  if (text.size() <= kLongest) return std::string(text);
  size_t end = kLongest;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;  // whole letters
  return std::string(text.substr(0, end)) + "...";
}

std::string shown_json(const json& value) {
  return shown_text(value.dump(-1, ' ', false, json::error_handler_t::replace));
}

int64_t json_integer(const json& value, const Place& place) {
  if (!value.is_number_integer()) fail_at(place, "not an integer");
  constexpr int64_t kLargest = std::numeric_limits<int32_t>::max();
  const bool fits = value.is_number_unsigned()
                        ? value.get<uint64_t>() <= static_cast<uint64_t>(kLargest)
                        : value.get<int64_t>() >= -kLargest;
  if (!fits) fail_at(place, fmt::format("integer out of range: {}", shown_json(value)));
  return value.get<int64_t>();
}

}  // namespace assay
