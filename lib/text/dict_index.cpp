#include "text/dict_index.h"

#include <fmt/format.h>

#include <optional>

#include "error/error.h"

namespace assay {
namespace {

constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::optional<uint64_t> parse_base64_number(std::string_view text) {
  if (text.empty() || text.size() > 10) return std::nullopt;  // 60 bits: no overflow
  uint64_t value = 0;
  for (const char c : text) {
    const size_t digit = kDigits.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    value = value * 64 + digit;
  }
  return value;
}

std::optional<DictIndexLine> parse_line(std::string_view line) {
  const size_t first = line.find('\t');
  if (first == std::string_view::npos) return std::nullopt;
  const size_t second = line.find('\t', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const auto offset = parse_base64_number(line.substr(first + 1, second - first - 1));
  // A fourth column, where there is one, holds the headword as it was before sorting.
  const std::string_view rest = line.substr(second + 1);
  const auto size = parse_base64_number(rest.substr(0, rest.find('\t')));
  if (!offset || !size) return std::nullopt;
  return DictIndexLine{std::string(line.substr(0, first)), *offset, *size};
}

}  // namespace

std::vector<DictIndexLine> parse_dict_index(std::string_view text, std::string_view file_name) {
  std::vector<DictIndexLine> lines;
  for (size_t number = 1; !text.empty(); ++number) {
    const size_t end = text.find('\n');
    const auto line = parse_line(text.substr(0, end));
    if (!line) {
      throw DataError(fmt::format("[text] {}:{}: no line of a dictd index", file_name, number));
    }
    lines.push_back(*line);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

}  // namespace assay
