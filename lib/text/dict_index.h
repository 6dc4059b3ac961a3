#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// A line of a dictd index: where the entry of a headword lies in the uncompressed dictionary.
struct DictIndexLine {
  std::string headword;
  uint64_t offset = 0;
  uint64_t size = 0;
};

/// Reads a dictd index: lines of headword, tab, offset, tab, size, with numbers in base 64 (A is 0,
/// '/' is 63, most significant digit first). `file_name` is for messages.
/// Throws: DataError with file:line. Source: dictd(8), dictfmt(1).
std::vector<DictIndexLine> parse_dict_index(std::string_view text, std::string_view file_name);

}  // namespace assay
