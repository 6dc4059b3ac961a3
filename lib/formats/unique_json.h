#pragma once

#include <cstddef>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace assay {

/// Parses JSON and refuses a key that stands twice in an object, objects nested deeper than
/// `deepest`, and a zero byte, which the parser takes for the end of the text. In time linear in
/// the text. `fail` is called with the fact ("repeats key \"a\"") and must throw.
nlohmann::json parse_unique_json(std::string_view text, size_t deepest,
                                 const std::function<void(const std::string& fact)>& fail);

}  // namespace assay
