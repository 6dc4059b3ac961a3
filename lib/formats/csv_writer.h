#pragma once

#include <string>
#include <string_view>

namespace assay {

/// A field as RFC 4180 has it; one that a spreadsheet would take for a formula (`=`, `+`, `-`, `@`,
/// tab or carriage return first) gets an apostrophe before it.
std::string csv_field(std::string_view text);

}  // namespace assay
