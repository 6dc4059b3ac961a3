#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

#include "config/nearest_name.h"

namespace assay::registry {

/// "unknown device "h10"; nearest known: "h100-sxm"" for a map of entries by id.
template <class Map>
std::string unknown_id(std::string_view what, std::string_view id, const Map& known) {
  std::vector<std::string_view> names;
  names.reserve(known.size());
  for (const auto& [name, entry] : known) names.push_back(name);
  constexpr size_t kLongest = 80;  // a hostile id must not make the search for its neighbour slow
  if (names.empty() || id.size() > kLongest) {
    return fmt::format("unknown {} \"{}\"", what, id.substr(0, kLongest));
  }
  return fmt::format("unknown {} \"{}\"; nearest known: \"{}\"", what, id, nearest_name(id, names));
}

}  // namespace assay::registry
