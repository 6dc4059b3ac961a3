#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace assay {

/// A place in a text, both from 1; columns count bytes.
struct TextPosition {
  uint32_t line = 1;
  uint32_t column = 1;
};

/// The first dotted key of a TOML text that has more than `limit` parts, if there is one. The
/// parser makes a table of each part and walks down them by recursion: a key of twenty thousand
/// would end the program. Strings and comments are passed over; the text need not be well-formed.
std::optional<TextPosition> find_deep_key(std::string_view text, size_t limit);

}  // namespace assay
