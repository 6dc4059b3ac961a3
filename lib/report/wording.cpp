#include "report/wording.h"

#include <fmt/format.h>

#include <unordered_map>

#include "error/error.h"

namespace assay::report {
namespace {

std::unordered_map<std::string_view, const Wording*> index_wordings() {
  std::unordered_map<std::string_view, const Wording*> index;
  for (const auto& list : {wordings(), phrase_wordings(), claims_wordings()}) {
    for (const Wording& one : list) index.emplace(one.id, &one);
  }
  return index;
}

}  // namespace

std::string_view wording(audit::Language language, std::string_view id) {
  static const std::unordered_map<std::string_view, const Wording*> index = index_wordings();
  const auto found = index.find(id);
  if (found == index.end()) throw InternalError(fmt::format("[report] no wording: {}", id));
  return language == audit::Language::kJapanese ? found->second->ja : found->second->en;
}

std::string phrase(audit::Language language, std::string_view text) {
  const std::string_view head = text.substr(0, text.find(';'));
  for (const Wording& candidate : phrase_wordings()) {
    if (candidate.en != head) continue;
    const std::string_view said =
        language == audit::Language::kJapanese ? candidate.ja : candidate.en;
    return std::string(said) + std::string(text.substr(head.size()));
  }
  return std::string(text);
}

}  // namespace assay::report
