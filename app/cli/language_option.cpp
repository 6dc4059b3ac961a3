#include "app/cli/language_option.h"

#include "error/error.h"

namespace assay::app {

audit::Language parse_language(const std::string& text) {
  if (text == "en") return audit::Language::kEnglish;
  if (text == "ja") return audit::Language::kJapanese;
  throw ConfigError("[assay] --lang is en or ja, not \"" + text.substr(0, 40) + "\"");
}

}  // namespace assay::app
