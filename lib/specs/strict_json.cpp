#include "specs/strict_json.h"

#include <fmt/format.h>

#include <istream>
#include <limits>
#include <set>
#include <vector>

namespace assay {

using nlohmann::json;

json parse_strict_json(std::istream& text,
                       const std::function<void(const std::string&, const std::string&)>& fail) {
  constexpr size_t kDeepest = 16;
  std::vector<std::set<std::string>> keys;  // of the objects and lists that are open
  const auto watch = [&](int, json::parse_event_t event, json& value) {
    using Event = json::parse_event_t;
    if (event == Event::object_start || event == Event::array_start) {
      keys.emplace_back();
      if (keys.size() > kDeepest) fail("", "nested too deeply");
    } else if (event == Event::object_end || event == Event::array_end) {
      keys.pop_back();
    } else if (event == Event::key && !keys.back().insert(value.get<std::string>()).second) {
      fail(value.get<std::string>(), "the key stands twice");
    }
    return true;
  };
  return json::parse(text, watch, /*allow_exceptions=*/false);
}

std::string shown_json(const json& value) {
  constexpr size_t kLongest = 80;
  std::string text = value.dump(-1, ' ', false, json::error_handler_t::replace);
  if (text.size() > kLongest) text = text.substr(0, kLongest) + "...";
  return text;
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
