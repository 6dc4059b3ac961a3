#pragma once

#include <initializer_list>
#include <string_view>

#include "config/field_parser.h"

namespace assay {

/// Throws the document's kind of error for keys that do not go together: at the first of them that
/// `--set` or the environment gave, else at the first one.
[[noreturn]] void fail_among(const FieldPlaces& at, std::initializer_list<std::string_view> paths,
                             std::string_view fact);

}  // namespace assay
