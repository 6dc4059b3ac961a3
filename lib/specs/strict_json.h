#pragma once

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <nlohmann/json.hpp>
#include <string>

#include "config/place.h"

namespace assay {

/// Parses JSON as its standard means it, and refuses through `fail(key, fact)`, which throws, a key
/// that stands twice in an object (one of the two would be ignored) and nesting that no config has.
/// Text that is no JSON gives a discarded value.
nlohmann::json parse_strict_json(
    std::istream& text, const std::function<void(const std::string&, const std::string&)>& fail);

/// The value as a message repeats it: one line, cut off after 80 bytes.
std::string shown_json(const nlohmann::json& value);

/// An integer of at most 31 bits, so that products of two stay inside 63. No size of a model comes
/// near. Throws: the document's kind of error at `place` for any other value.
int64_t json_integer(const nlohmann::json& value, const Place& place);

}  // namespace assay
