#pragma once

#include <string>

namespace assay::audit {

/// The languages that titles and fixed wording exist in.
enum class Language { kEnglish, kJapanese };

/// A text in both languages; without the Japanese one the English one stands for it.
struct Bilingual {
  std::string en;
  std::string ja;

  [[nodiscard]] const std::string& in(Language language) const {
    return language == Language::kJapanese && !ja.empty() ? ja : en;
  }
};

}  // namespace assay::audit
