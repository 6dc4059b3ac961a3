#pragma once

#include <string>

#include "audit/output/language.h"

namespace assay::app {

/// The value of --lang. Throws: ConfigError unless it is "en" or "ja".
audit::Language parse_language(const std::string& text);

}  // namespace assay::app
