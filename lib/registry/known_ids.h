#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

#include "config/located.h"
#include "config/nearest_name.h"

namespace assay::registry {

/// "unknown device "h10"; nearest known: "h100-sxm"" for a map of entries by id; without the second
/// part where the id resembles none.
template <class Map>
std::string unknown_id(std::string_view what, std::string_view id, const Map& known) {
  std::vector<std::string_view> names;
  names.reserve(known.size());
  for (const auto& [name, entry] : known) names.push_back(name);
  constexpr size_t kLongest = 80;
  return fmt::format("unknown {} \"{}\"{}", what, id.substr(0, kLongest), nearest_note(id, names));
}

/// The entry of that id. Throws: DataError with its place for an unknown one.
template <class Map>
const typename Map::mapped_type& known_entry(std::string_view what, const Located<std::string>& id,
                                             const Map& known) {
  const auto found = known.find(id.value);
  if (found == known.end()) fail_at(id.place, unknown_id(what, id.value, known));
  return found->second;
}

}  // namespace assay::registry
