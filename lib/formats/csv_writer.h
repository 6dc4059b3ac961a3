#pragma once

#include <string>
#include <string_view>

namespace assay {

/// A field as RFC 4180 has it; one that a spreadsheet would take for a formula (`=`, `+`, `-`, `@`,
/// tab or carriage return first) gets an apostrophe before it. Control characters but tabs and line
/// ends are written out: an escape is "\x1b".
std::string csv_field(std::string_view text);

}  // namespace assay
