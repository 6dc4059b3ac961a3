#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "config/place.h"

namespace assay {

/// Where something stands in a text; line and column start at 1, columns count bytes.
struct TextPosition {
  uint32_t line = 0;
  uint32_t column = 0;
};

/// A JSON value and where its keys stand, by their path: "rope_scaling.type".
struct StrictJson {
  nlohmann::json value;
  std::map<std::string, TextPosition, std::less<>> places;
};

/// Ends the reading of a text at a key (or none) and a position. It must throw.
using JsonFault =
    std::function<void(TextPosition at, const std::string& key, const std::string& fact)>;

/// Parses JSON as its standard means it, and refuses what is none, a key that stands twice in an
/// object (one of the two would be ignored) and nesting that no config has.
StrictJson parse_strict_json(std::string_view text, const JsonFault& fail);

/// A key or another text of a file as a message repeats it: cut off after 80 bytes.
std::string shown_text(std::string_view text);
/// The value as a message repeats it: one line, cut off after 80 bytes.
std::string shown_json(const nlohmann::json& value);

/// An integer of at most 31 bits, so that products of two stay inside 63. No size of a model comes
/// near. Throws: the document's kind of error at `place` for any other value.
int64_t json_integer(const nlohmann::json& value, const Place& place);

}  // namespace assay
