#pragma once

#include <string>
#include <string_view>

namespace assay {

/// The text with the ASCII letters small; other bytes stay.
std::string lower_case(std::string_view text);

}  // namespace assay
